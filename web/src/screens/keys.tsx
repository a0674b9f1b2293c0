// SPDX-License-Identifier: Apache-2.0
// One key leaked: how many fall? Which algorithms are in use, and when do the authorities end?

import { changes } from "../api/events.ts";
import type { Authority, KeyRow, KeyWhole } from "../api/types.ts";
import { issuedBy, onHost, ownedBy, terms, withKey } from "../format/query.ts";
import { command } from "../format/shell.ts";
import { count } from "../format/time.ts";
import { authorityWord, keyText, stateOf } from "../format/words.ts";
import { certificateColumns } from "../lists/certificates.tsx";
import { Badge, Problems } from "../parts/badge.tsx";
import { Copy } from "../parts/copy.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Groups } from "../parts/groups.tsx";
import { Listing, ListOf, type ListSpec } from "../parts/listing.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { Table } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { trustWord } from "../parts/trust.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";

const SHORT = 16;
const TABS = [
  { name: "keys", label: "Keys and their reuse", href: links.keys() },
  { name: "algorithms", label: "Algorithms", href: links.algorithms() },
  { name: "authorities", label: "Authorities", href: links.authorities() },
];
const CryptoTabs = ({ chosen }: { chosen: string }) => <Tabs tabs={TABS} chosen={chosen} label="Keys and crypto" />;
/** A number that leads to the page of its key. */
const ofKey = (k: KeyRow, n: number) => <a href={links.key(k.sha256)}>{n.toLocaleString("en")}</a>;

const KEYS: ListSpec<KeyRow> = {
  path: "keys", noun: ["key", "keys"], rowKey: (k) => k.sha256, href: (k) => links.key(k.sha256), sort: "-certificates",
  empty: <Empty title="No key is known yet."><p><a href={links.newScan()}>Scan something</a>; every certificate brings its key.</p></Empty>,
  columns: [
    { name: "key", title: "Key", class: "wide", cell: (k) => <><a class="row-link" href={links.key(k.sha256)}><code>{k.sha256.slice(0, SHORT)}</code></a>{k.demo && <span class="tag">demo</span>}</> },
    { name: "kind", title: "Kind", sort: "bits", cell: (k) => keyText(k) },
    { name: "certificates", title: "Certificates", sort: "certificates", class: "number", cell: (k) => <a href={links.certificates(withKey(k.sha256))}>{k.certificates.toLocaleString("en")}</a> },
    { name: "hosts", title: "Hosts", sort: "hosts", class: "number", cell: (k) => ofKey(k, k.hosts) },
    { name: "lineages", title: "Lineages", class: "number", cell: (k) => ofKey(k, k.lineages) },
    { name: "teams", title: "Teams", class: "number", cell: (k) => ofKey(k, k.teams) },
    { name: "first_seen", title: "First seen", sort: "first_seen", cell: (k) => <When time={k.first_seen} /> },
  ],
};

export const Keys = () => <Listing title="Keys and crypto" spec={KEYS} lead={<><CryptoTabs chosen="keys" /><p>A key in several certificates or on several hosts is one secret: if it leaks anywhere, all of them fall.</p></>} />;

function Shown({ data }: { data: KeyWhole }) {
  const { row, certificates, hosts, teams } = data;
  return (
    <>
      <p class="sentence">{keyText(row)}, first seen <When time={row.first_seen} />. If it leaks, <a href={links.certificates(withKey(row.sha256))}>{count(row.certificates, "certificate")}</a> on {count(row.hosts, "host")}{row.teams > 0 && <> of {count(row.teams, "team")}</>} fall{row.certificates === 1 && row.hosts <= 1 ? "s" : ""}.</p>
      <p class="hex"><code>{row.sha256}</code> <Copy text={row.sha256} what="the SHA-256 of the key" /></p>
      <div class="actions"><a class="button" href={links.map(`key:${row.sha256}`)}>On the map</a></div>
      <Section title="Certificates with it" id="key-certificates">
        {certificates.length > 0 ? <Table caption="Certificates with this key" columns={certificateColumns.filter((c) => !c.extra)} rows={certificates} rowKey={(r) => r.sha256} href={(r) => links.certificate(r.sha256)} /> : <Empty title="None is known any more." />}
      </Section>
      <div class="certificate-columns">
        <Section title="Hosts" id="key-hosts">{hosts.length > 0 ? <ul class="plain-list">{hosts.map((h) => <li key={h.id}><a href={links.host(h.id)}><Foreign text={h.name} most={80} /></a> <a class="small" href={links.endpoints(onHost(h.name))}>endpoints</a></li>)}</ul> : <p class="quiet">Shown by no host.</p>}</Section>
        <Section title="Teams" id="key-teams">{teams.length > 0 ? <ul class="plain-list">{teams.map((t) => <li key={t.id}><a href={links.team(t.id)}><Foreign text={t.name} most={80} /></a> <a class="small" href={links.certificates(ownedBy(t.name))}>certificates</a></li>)}</ul> : <p class="quiet">Nobody owns what it protects.</p>}</Section>
      </div>
      <Ways line={command("list", withKey(row.sha256))} call={{ method: "GET", path: `/keys/${row.sha256}` }} />
    </>
  );
}

export function Key({ sha256 }: { sha256: string }) {
  const got = useResource<KeyWhole>(`/keys/${encodeURIComponent(sha256)}`, changes.value);
  return (
    <Page title="Key" heading={<>Key <code>{sha256.slice(0, SHORT)}</code></>} actions={<a class="button" href={links.keys()}>All keys</a>}>
      <Loaded from={got} what="the key">{(data) => <Shown data={data} />}</Loaded>
    </Page>
  );
}

const AUTHORITIES: ListSpec<Authority> = {
  path: "authorities", noun: ["authority", "authorities"], rowKey: (a) => a.sha256, href: (a) => links.certificate(a.sha256), sort: "not_after", example: "R11", says: ["list", "ca:yes"],
  empty: <Empty title="No authority is known yet."><p>They come with the chains that servers send.</p></Empty>,
  columns: [
    { name: "name", title: "Authority", sort: "name", class: "wide", cell: (a) => <a class="row-link" href={links.certificate(a.sha256)}><Foreign text={a.name} most={80} /></a> },
    { name: "kind", title: "Kind", cell: (a) => <Badge word={authorityWord(a.kind)} /> },
    { name: "state", title: "State", cell: (a) => <Badge word={stateOf(a)} /> },
    { name: "expires", title: "Expires", sort: "not_after", cell: (a) => <When time={a.not_after} /> },
    { name: "key", title: "Key", class: "narrow", cell: (a) => keyText(a.key) },
    { name: "issued", title: "Issued", class: "number", cell: (a) => <a href={links.certificates(issuedBy(a.name ?? ""))}>{a.issued.toLocaleString("en")}</a> },
    { name: "issued_active", title: "In use", sort: "issued_active", class: "number", cell: (a) => <a href={links.certificates(`${terms.active} ${issuedBy(a.name ?? "")}`)}>{a.issued_active.toLocaleString("en")}</a> },
    { name: "trust", title: "Trusted", cell: (a) => <Badge word={trustWord(a.trust)} /> },
    { name: "problems", title: "Problems", class: "middle", cell: (a) => <Problems of={a.problems ?? []} /> },
    { name: "map", title: "Map", cell: (a) => <a href={links.map(`authority:${a.sha256}`)}>map</a> },
  ],
};

/** Algorithms and authorities. */
export function Crypto({ tab }: { tab: string }) {
  return (
    <Page title="Keys and crypto">
      <CryptoTabs chosen={tab} />
      {tab === "authorities" ? <><p>Authorities whose certificates we hold. When one ends, all that it issued ends with it.</p><ListOf spec={AUTHORITIES} title="Authorities" /></> : (
        <>
          <p>What protects the certificates in use. None of these resists a quantum computer unless its name begins with ML-DSA.</p>
          <Groups of="certificates" by="key" query={terms.active} href={(q) => links.certificates(q)} />
          <Ways line={command("list", terms.active, "--group-by", "key")} call={{ method: "GET", path: `/groups?of=certificates&by=key&q=${encodeURIComponent(terms.active)}` }} />
        </>
      )}
    </Page>
  );
}
