// SPDX-License-Identifier: Apache-2.0
// One certificate: what it is, where it is, what comes next.

import { changes } from "../api/events.ts";
import { askText } from "../api/client.ts";
import type { Certificate as Data, CertificateRow } from "../api/types.ts";
import { plain } from "../format/names.ts";
import { atCertificate, issuedBy, value } from "../format/query.ts";
import { certificateSentence } from "../format/sentence.ts";
import { command } from "../format/shell.ts";
import { count, exact } from "../format/time.ts";
import { keyText, pathWord, problemsBeside, problemWord, stateOf, typeWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Copy } from "../parts/copy.tsx";
import { FactsList } from "../parts/facts.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { LifeBar, LifeLine } from "../parts/lifebar.tsx";
import { LineageFacts } from "../parts/lineageedit.tsx";
import { Locations } from "../parts/locations.tsx";
import { Names } from "../parts/names.tsx";
import { Loaded, Page, Section } from "../parts/page.tsx";
import { TrustList } from "../parts/trust.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";
import { now } from "../state/clock.ts";
import { useResource } from "../state/resource.ts";

function Relatives({ rows, self }: { rows: CertificateRow[]; self: string }) {
  return (
    <ol class="relatives">
      {rows.map((r, i) => (
        <li key={`${r.sha256}-${i}`} aria-current={r.sha256 === self ? "true" : undefined}>
          <span class="relative-name">
            {r.sha256 === self ? <b><Foreign text={r.name} most={80} /></b> : <a href={links.certificate(r.sha256)}><Foreign text={r.name} most={80} /></a>}
            {r.ca && <span class="tag">authority</span>}
            {r.sha256 === self && <span class="tag">this one</span>}
          </span>
          <LifeBar of={r} />
          <span class="relative-facts"><Badge word={stateOf(r)} /> <span>{keyText(r.key)}</span> <span>{r.state === "expired" ? "ended" : "ends"} <When time={r.not_after} /></span> <span class="exact">{exact(r.not_after)}</span></span>
        </li>
      ))}
    </ol>
  );
}

function History({ data }: { data: Data }) {
  const l = data.lineage;
  if (!l) return null;
  return (
    <Section title="History" id="history" aside={<a href={links.certificates(`lineage=${value(l.name)}`)}>{count(l.certificates.length, "certificate")} of this lineage</a>}>
      <Relatives rows={l.certificates} self={data.row.sha256} />
      {l.certificates.length === 1 && <p class="quiet">The first one that we know. Its successor will stand here.</p>}
    </Section>
  );
}

function Lineage({ data, reload }: { data: Data; reload: () => void }) {
  const l = data.lineage;
  return (
    <Section title="Who keeps it valid" id="lineage">
      {l === null ? <p class="quiet">{data.row.ca ? "An authority: its owner replaces it." : "It belongs to no name that is kept valid."}</p> : (
        <>
          <p class="lineage-line"><Badge word={pathWord(l.path)} /> <span><Foreign text={l.path_reason} otherwise={pathWord(l.path).why} /></span></p>
          <LineageFacts id={l.id} onChange={reload} />
        </>
      )}
    </Section>
  );
}

/** Others that fall or change with it. */
function Related({ data }: { data: Data }) {
  const key = data.facts.key.sha256;
  const sameKey = (data.key_history ?? []).filter((r) => r.sha256 !== data.row.sha256);
  const sameNames = (data.same_names ?? []).filter((r) => r.sha256 !== data.row.sha256 && !data.lineage?.certificates.some((c) => c.sha256 === r.sha256));
  return (
    <Section title="Related" id="related" aside={key ? <a href={links.map(`certificate:${data.row.sha256}`)}>On the map</a> : undefined}>
      <h3>With the same key {key && <a href={links.key(key)}>({count(sameKey.length + 1, "certificate")})</a>}</h3>
      {sameKey.length > 0 ? <Relatives rows={sameKey} self="" /> : <p class="quiet">No other: if this key leaks, nothing else falls with it.</p>}
      <h3>With the same names</h3>
      {sameNames.length > 0 ? <Relatives rows={sameNames} self="" /> : <p class="quiet">None beside its own history.</p>}
    </Section>
  );
}

function Bytes({ sha256 }: { sha256: string }) {
  return (
    <div class="actions">
      <Copy text={() => askText(`/certificates/${sha256}/pem`)} what="as PEM" label="Copy PEM" />
      <a class="button" href={`/api/v1/certificates/${sha256}/pem`} download={`${sha256.slice(0, 16)}.pem`}>Download PEM</a>
      <a class="button" href={`/api/v1/certificates/${sha256}/der`} download={`${sha256.slice(0, 16)}.der`}>DER</a>
    </div>
  );
}

function Shown({ data, reload }: { data: Data; reload: () => void }) {
  const { row } = data;
  return (
    <>
      <p class="sentence">
        <b><Foreign text={row.name} most={120} /></b> {certificateSentence(row, data.issued_count, now.value)}
      </p>
      <p class="badges">
        <Badge word={stateOf(row)} />
        {problemsBeside(row.state, row.problems).map((p) => <Badge key={p} word={problemWord(p)} />)}
        {row.type && <Badge word={typeWord(row.type)} href={links.certificates(`type:${row.type}`)} />}
        {row.wildcard && <span class="tag">wildcard</span>}
        {row.gone_at && <span class="tag">gone</span>}
        {row.demo && <span class="tag">demo</span>}
      </p>
      {row.replaced_by && <p class="banner">It was replaced: <a href={links.certificate(row.replaced_by)}>see its successor</a>.{row.served > 0 && " But it is still served."}</p>}
      <LifeLine of={row} />
      <Section title="Where it is" id="where" aside={<span class="quiet">first seen <When time={row.first_seen} />, last <When time={row.last_seen} /></span>}>
        <Locations locations={data.locations} ca={row.ca} expected={row.replaced_by === null || row.replaced_by === undefined} newest={data.lineage?.certificates[0]?.sha256 ?? null} self={row.sha256} />
        {data.locations_more && <p class="quiet">More than these: <a href={links.endpoints(atCertificate(row.sha256))}>all endpoints that show it</a>.</p>}
      </Section>
      <div class="certificate-columns">
        <div class="stack">
          <Section title="Chain" id="chain" aside={<span class="quiet">as it was sent, from this one up</span>}>
            <Relatives rows={[row, ...data.chain.filter((c) => c.sha256 !== row.sha256)]} self={row.sha256} />
            {data.chain.length === 0 && !row.ca && <p class="quiet small">Nothing was sent after it.</p>}
            {row.ca && data.issued_count > 0 && <p><a href={links.certificates(issuedBy(data.facts.subject_cn ?? data.facts.subject))}>{data.issued_count.toLocaleString("en")} issued by it</a></p>}
          </Section>
          <History data={data} />
          <Related data={data} />
        </div>
        <div class="stack">
          {!row.ca && <Section title="Who trusts it" id="trust"><TrustList trust={row.trust} /></Section>}
          <Lineage data={data} reload={reload} />
        </div>
      </div>
      {(!row.ca || data.facts.names.dns.length > 0) && <Section title="Names" id="names"><Names names={data.facts.names} /></Section>}
      <Section title="Facts" id="facts" aside={<Bytes sha256={row.sha256} />}><FactsList facts={data.facts} /></Section>
      <Ways line={command("show", `sha256:${row.sha256.slice(0, 16)}`)} call={{ method: "GET", path: `/certificates/${row.sha256}` }} />
      {data.locations[0]?.host && <Ways line={command("inspect", `${data.locations[0].host}:${data.locations[0].port ?? 443}`)} says="look again" />}
    </>
  );
}

export function Certificate({ sha256 }: { sha256: string }) {
  const certificate = useResource<Data>(`/certificates/${encodeURIComponent(sha256)}`, changes.value);
  const fresh = certificate.data && certificate.data.row.sha256 === sha256 ? certificate.data : null;
  const name = fresh?.row.name ?? null;
  return (
    <Page title={name ? plain(name).slice(0, 100) : "Certificate"} heading={fresh ? <Foreign text={name} most={160} otherwise="(a certificate without a name)" /> : "Certificate"}>
      <Loaded from={{ ...certificate, data: fresh }} what="the certificate">{(data) => <Shown data={data} reload={certificate.reload} />}</Loaded>
    </Page>
  );
}
