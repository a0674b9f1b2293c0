// SPDX-License-Identifier: Apache-2.0
// Which machines, and what does each present and keep?

import { changes } from "../api/events.ts";
import type { Host as Data, HostWhole, Location } from "../api/types.ts";
import { onHost } from "../format/query.ts";
import { command } from "../format/shell.ts";
import { count } from "../format/time.ts";
import { nameOf } from "../format/words.ts";
import { endpointColumns } from "../lists/endpoints.tsx";
import { Editable } from "../parts/editable.tsx";
import type { FormField } from "../parts/fields.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Listing, type ListSpec } from "../parts/listing.tsx";
import { Owner } from "../parts/owner.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";

const LIST: ListSpec<Data> = {
  path: "hosts", noun: ["host", "hosts"], rowKey: (h) => h.id, href: (h) => links.host(h.id), example: "web", empty: <FirstSteps scan={null} />,
  columns: [
    { name: "name", title: "Host", sort: "name", class: "wide", cell: (h) => <><a class="row-link" href={links.host(h.id)}><Foreign text={h.name} most={80} /></a>{h.demo && <span class="tag">demo</span>}</> },
    { name: "endpoints", title: "Endpoints", class: "number", cell: (h) => <a href={links.endpoints(onHost(h.name))}>{h.endpoints.toLocaleString("en")}</a> },
    { name: "certificates", title: "Certificates", class: "number", cell: (h) => <a href={links.certificates(onHost(h.name))}>{h.certificates.toLocaleString("en")}</a> },
    { name: "service", title: "Service", cell: (h) => (h.service ? <a href={links.service(h.service.id)}><Foreign text={h.service.name} most={40} /></a> : <span class="quiet">–</span>) },
    { name: "owner", title: "Owner", cell: (h) => <Owner owner={h.owner} /> },
    { name: "cmdb", title: "CMDB id", cell: (h) => <Foreign text={h.cmdb_id} otherwise="–" most={40} /> },
    { name: "last_seen", title: "Last seen", sort: "last_seen", cell: (h) => <When time={h.last_seen} /> },
  ],
};

export const Hosts = () => <Listing title="Hosts" spec={LIST} />;

const FIELDS: FormField[] = [
  { name: "owner", label: "Owner", kind: "team" },
  { name: "service", label: "Service", kind: "service" },
  { name: "cmdb_id", label: "CMDB id", kind: "text", hint: "What your configuration database calls it." },
  { name: "note", label: "Note", kind: "area" },
];

const FILES: Column<Location>[] = [
  { name: "file", title: "File", class: "wide", cell: (f) => <Foreign text={f.address} most={120} /> },
  { name: "kind", title: "Kind", cell: (f) => nameOf("place", f.kind) },
  { name: "detail", title: "Remark", class: "middle", cell: (f) => <Foreign text={f.detail} otherwise="–" most={120} /> },
  { name: "seen", title: "Last seen", cell: (f) => <>{!f.current && <span class="tag">gone</span>} <When time={f.last_seen} /></> },
];

function Shown({ data, tag, reload }: { data: HostWhole; tag: string | null; reload: () => void }) {
  const { row: host, endpoints, files = [] } = data;
  const many = Math.max(host.endpoints, endpoints.length);
  return (
    <>
      <p class="sentence"><b><Foreign text={host.name} most={100} /></b> shows certificates at <a href={links.endpoints(onHost(host.name))}>{count(many, "endpoint")}</a>{files.length > 0 && <> and keeps {count(files.length, "file")}</>}. First seen <When time={host.first_seen} />, last <When time={host.last_seen} />.</p>
      <div class="actions"><a class="button" href={links.map(`host:${host.id}`)}>On the map</a><a class="button" href={links.certificates(onHost(host.name))}>Its certificates</a><a class="button" href={links.newScan(host.name)}>Look again</a></div>
      <Section title="What people say of it" id="host-facts">
        <Editable name="host-edit" title="Edit the host" path={`/hosts/${host.id}`} tag={tag} fields={FIELDS} values={{ owner: host.owner?.id ?? null, service: host.service?.id ?? null, cmdb_id: host.cmdb_id ?? null, note: host.note ?? null }}
          line={() => null} onChange={reload}
          rows={[["Owner", <Owner owner={host.owner} />], ["Service", host.service ? <a href={links.service(host.service.id)}><Foreign text={host.service.name} /></a> : <span class="quiet">none</span>], ["CMDB id", <Foreign text={host.cmdb_id} otherwise="none" />], ["Note", <Foreign text={host.note} otherwise="nothing" />]]} />
      </Section>
      <Section title="Endpoints" id="host-endpoints" aside={<a href={links.endpoints(onHost(host.name))}>all {many.toLocaleString("en")}</a>}>
        {endpoints.length > 0 ? <Table caption="Endpoints of the host" columns={endpointColumns.filter((c) => !c.extra)} rows={endpoints} rowKey={(e) => e.id} href={(e) => (e.certificate ? links.certificate(e.certificate) : null)} /> : <Empty title="Nothing listens there that we know." />}
      </Section>
      <Section title="Files" id="host-files" aside={<a href={links.certificates("location:file")}>every certificate in a file</a>}>
        {files.length > 0 ? <Table caption="Files of the host" columns={FILES} rows={files} rowKey={(f) => `${f.kind}-${f.id}`} /> : <Empty title="No file of it is shown here."><p>A source of the kind “This machine” reads certificate files and server configurations: <a href={links.discovery("sources")}>sources</a>.</p></Empty>}
      </Section>
      <Ways line={command("where", host.name)} call={{ method: "GET", path: `/hosts/${host.id}` }} />
    </>
  );
}

export function Host({ id }: { id: string }) {
  const got = useResource<HostWhole>(`/hosts/${encodeURIComponent(id)}`, changes.value);
  return (
    <Page title="Host" heading={got.data ? <Foreign text={got.data.row.name} most={100} /> : "Host"} actions={<a class="button" href={links.hosts()}>All hosts</a>}>
      <Loaded from={got} what="the host">{(data) => <Shown data={data} tag={got.tag} reload={got.reload} />}</Loaded>
    </Page>
  );
}
