// SPDX-License-Identifier: Apache-2.0
// What did I not know? Sources, what is new since, what stayed unclear, how much was covered, and rules for what comes.

import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Change, CoverageRow, Unclear } from "../api/types.ts";
import { placeText } from "../format/names.ts";
import { servedAt, value } from "../format/query.ts";
import { command } from "../format/shell.ts";
import { changeWord, outcomeWord, OUTCOME_ORDER } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { ListOf, type ListSpec } from "../parts/listing.tsx";
import { Owner } from "../parts/owner.tsx";
import { Empty, Loaded, Page } from "../parts/page.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { go, here, links, route } from "../router.ts";
import { useResource } from "../state/resource.ts";
import { Rules } from "./rules.tsx";
import { SourceList } from "./sources.tsx";

const DAY_MS = 86_400_000;
const MOST_PORTS = 12;

const CHANGES: ListSpec<Change> = {
  path: "changes", noun: ["change", "changes"], rowKey: (c) => c.id, tickKey: (c) => c.certificate.sha256, rowName: (c) => c.certificate.name ?? c.certificate.sha256, href: (c) => links.certificate(c.certificate.sha256),
  passes: ["kind", "since"], actions: ["adopt", "own", "tag", "ignore"], ticksOf: "certificates", example: "name:shop", says: ["changes"],
  empty: <Empty title="Nothing new in this time."><p>What a source or a scan sees for the first time, sees replaced, or misses, stands here, to be adopted, assigned or ignored.</p></Empty>,
  columns: [
    { name: "kind", title: "What", cell: (c) => <Badge word={changeWord(c.kind)} /> },
    { name: "name", title: "Certificate", class: "wide", cell: (c) => <a class="row-link" href={links.certificate(c.certificate.sha256)}><Foreign text={c.certificate.name} most={80} /></a> },
    { name: "where", title: "Where", class: "middle", cell: (c) => (c.endpoint ? <a href={links.endpoints(servedAt(c.certificate.sha256))}><Foreign text={placeText(c.location)} otherwise="an endpoint" most={60} /></a> : <Foreign text={c.location} otherwise="–" most={50} />) },
    { name: "expires", title: "Expires", cell: (c) => <When time={c.certificate.not_after} /> },
    { name: "owner", title: "Owner", cell: (c) => <Owner owner={c.certificate.owner} /> },
    { name: "source", title: "Found by", cell: (c) => (c.source ? <a href={links.source(c.source.id)}><Foreign text={c.source.name} most={40} /></a> : <span class="quiet">a scan</span>) },
    { name: "at", title: "When", cell: (c) => <When time={c.at} /> },
  ],
};

function Choices({ name, label, rows }: { name: string; label: string; rows: [string, string][] }) {
  const now = route.value.query.get(name) ?? "";
  return (
    <div class="chips" role="group" aria-label={label}>
      {rows.map(([v, text]) => <button type="button" key={v} class="chip" aria-pressed={v === now} onClick={() => go(here({ [name]: v || null }))}>{text}</button>)}
    </div>
  );
}

const since = (days: number) => new Date(Math.floor((Date.now() - days * DAY_MS) / DAY_MS) * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");

function News() {
  return (
    <>
      <div class="list-tools">
        <Choices name="kind" label="Which changes" rows={[["", "All"], ["new", "New"], ["changed", "Changed"], ["gone", "Gone"]]} />
        <Choices name="since" label="Since when" rows={[["", "Ever"], [since(1), "Since yesterday"], [since(7), "7 days"], [since(30), "30 days"]]} />
      </div>
      <ListOf spec={CHANGES} title="New since" />
    </>
  );
}

const UNCLEAR: ListSpec<Unclear> = {
  path: "unclear", noun: ["target", "targets"], rowKey: (u) => u.id, href: (u) => (u.scan ? links.scan(u.scan) : null), passes: ["outcome"],
  empty: <Empty title="Nothing is unclear."><p>A target stands here when something answered, but no certificate could be read: no TLS, a name was needed, the server broke off.</p></Empty>,
  columns: [
    { name: "target", title: "Target", class: "wide", cell: (u) => (u.scan ? <a class="row-link" href={`${links.scan(u.scan)}?outcome=${encodeURIComponent(u.outcome)}`}><Foreign text={u.target} most={80} /></a> : <Foreign text={u.target} most={80} />) },
    { name: "outcome", title: "Outcome", cell: (u) => <Badge word={outcomeWord(u.outcome)} href={here({ outcome: u.outcome })} /> },
    { name: "detail", title: "What it said", class: "wide", cell: (u) => <Foreign text={u.detail} otherwise="–" most={120} /> },
    { name: "at", title: "Looked at", cell: (u) => <When time={u.at} /> },
    { name: "again", title: "Again", cell: (u) => <a href={links.newScan(u.target)}>look again</a> },
  ],
};

function UnclearTargets() {
  const asked = OUTCOME_ORDER.filter((o) => !["ok", "refused", "timeout", "unreachable", "dns"].includes(o));
  return <><Choices name="outcome" label="Outcome" rows={[["", "All"], ...asked.map((o): [string, string] => [o, outcomeWord(o).label])]} /><ListOf spec={UNCLEAR} title="Unclear targets" /></>;
}

/**
 * The words that ask for the endpoints of a scope, as far as the query language can: the beginning of addresses for networks
 * of whole bytes, a name or an address, and its port. null: it cannot.
 */
function within(scope: string): string | null {
  const [, place = scope, port] = /^(?:.*@)?(.+?)(?::(\d+))?$/.exec(scope) ?? [];
  const network = /^((?:\d+\.){1,3})[\d.]*\/(8|16|24)$/.exec(place);
  if (network) return `address:${value(place.split(".").slice(0, Number(network[2]) / 8).join(".") + ".")}`;
  if (!/^[\w.:[\]-]+$/.test(place)) return null;
  return `host=${value(place.replace(/^\[|\]$/g, ""))}${port ? ` port:${port}` : ""}`;
}

/** A number of a scope; a link where its list can be asked for. */
function Count({ n, scope, more = "" }: { n: number; scope: string; more?: string }) {
  const q = within(scope);
  return q === null ? <>{n.toLocaleString("en")}</> : <a href={links.endpoints(`${q}${more}`)}>{n.toLocaleString("en")}</a>;
}

function CoverageTable({ rows }: { rows: CoverageRow[] }) {
  const weight = new Map<number, number>();
  for (const row of rows) for (const p of row.ports) weight.set(p.port, (weight.get(p.port) ?? 0) + p.tls + p.other);
  const ports = [...weight].sort((a, b) => b[1] - a[1]).slice(0, MOST_PORTS).map(([port]) => port).sort((a, b) => a - b);
  const columns: Column<CoverageRow>[] = [
    { name: "scope", title: "Scope", class: "wide", cell: (r) => (within(r.scope) === null ? <Foreign text={r.scope} most={60} /> : <a class="row-link" href={links.endpoints(within(r.scope))}><Foreign text={r.scope} most={60} /></a>) },
    { name: "targets", title: "Looked at", class: "number", cell: (r) => <Count n={r.targets} scope={r.scope} /> },
    { name: "answered", title: "Answered", class: "number", cell: (r) => <Count n={r.answered} scope={r.scope} /> },
    { name: "tls", title: "Speak TLS", class: "number", cell: (r) => <Count n={r.tls} scope={r.scope} more=" outcome:ok" /> },
    { name: "certificates", title: "Certificates", class: "number", cell: (r) => <Count n={r.certificates} scope={r.scope} more=" outcome:ok" /> },
    ...ports.map((port): Column<CoverageRow> => ({
      name: String(port), title: `:${port}`, class: "number",
      cell: (r) => {
        const p = r.ports.find((x) => x.port === port);
        if (!p || p.tls + p.other === 0) return <span class="quiet">–</span>;
        return <a class={`matrix ${p.other > 0 ? "some" : "full"}`} href={links.endpoints([within(r.scope)?.replace(/ port:\d+$/, "") ?? "", `port:${port}`].join(" ").trim())} title={`${p.tls} with TLS, ${p.other} without`}>{p.tls}{p.other > 0 && <span class="quiet"> +{p.other}</span>}</a>;
      },
    })),
    { name: "last", title: "Last look", cell: (r) => <When time={r.last_scanned_at} /> },
  ];
  return <Table caption="Coverage" columns={columns} rows={rows} rowKey={(r) => `${r.source} ${r.scope}`} href={(r) => (within(r.scope) === null ? null : links.endpoints(within(r.scope)))} />;
}

function Coverage() {
  const path = withQuery("/coverage", { source: route.value.query.get("source") });
  const got = useResource<{ rows: CoverageRow[] }>(path, changes.value);
  return (
    <>
      <p>What was looked at, by scope and port. A number is how many speak TLS there; +n answered without it.</p>
      <Loaded from={got} what="the coverage">{(data) => (data.rows.length > 0 ? <CoverageTable rows={data.rows} /> : <Empty title="Nothing was looked at yet."><p>Add a source, or <a href={links.newScan()}>scan once</a>.</p></Empty>)}</Loaded>
      <Ways line={command("coverage")} call={{ method: "GET", path }} />
    </>
  );
}

const TABS: [string, string, () => preact.JSX.Element][] = [
  ["sources", "Sources", SourceList], ["new", "New since", News], ["unclear", "Unclear", UnclearTargets], ["coverage", "Coverage", Coverage], ["rules", "Rules", Rules],
];

export function Discovery({ tab }: { tab: string }) {
  const [name, , Tab] = TABS.find(([t]) => t === tab) ?? TABS[0]!;
  return (
    <Page title="Discovery">
      <Tabs tabs={TABS.map(([t, label]) => ({ name: t, label, href: links.discovery(t) }))} chosen={name} label="Discovery" />
      <Tab key={name} />
    </Page>
  );
}
