// SPDX-License-Identifier: Apache-2.0
// Which certificates, exactly? Filters, query, sort and page are all in the address.

import { changes } from "../api/events.ts";
import type { CertificateRow, List } from "../api/types.ts";
import { withQuery } from "../api/client.ts";
import { issuedBy, terms } from "../format/query.ts";
import { listCommand } from "../format/shell.ts";
import { count, exact } from "../format/time.ts";
import { keyText, problemsBeside, stateOf } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { Chips } from "../parts/chips.tsx";
import { Command } from "../parts/command.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { LifeBar } from "../parts/lifebar.tsx";
import { Empty, Loading, Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { isQueryProblem, QueryBox } from "../parts/querybox.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { trustWord } from "../parts/trust.tsx";
import { When } from "../parts/when.tsx";
import { go, links, route, to } from "../router.ts";
import { useResource } from "../state/resource.ts";

const LIMIT = 50;
const DEFAULT_SORT = "not_after";

const CHIPS = [
  { label: "Expired", term: terms.expired },
  { label: "Expiring", term: terms.expiring },
  { label: "Any problem", term: terms.problem },
  { label: "Nobody renews it", term: terms.noPath },
  { label: "Served", term: terms.served },
  { label: "Self-signed", term: terms.selfSigned },
  { label: "Authorities", term: terms.authority },
];

export const certificateColumns: Column<CertificateRow>[] = [
  {
    title: "Name", sort: "name", class: "wide",
    cell: (r) => (
      <>
        <a class="row-link" href={links.certificate(r.sha256)}><Foreign text={r.name} most={80} /></a>
        {r.names_count > 1 && <span class="more"> +{count(r.names_count - 1, "name")}</span>}
        {r.ca && <span class="tag">authority</span>}
        {r.demo && <span class="tag">demo</span>}
      </>
    ),
  },
  { title: "State", cell: (r) => <Badge word={stateOf(r)} /> },
  {
    title: "Expires", sort: "not_after", class: "expires",
    cell: (r) => <><span class="expires-line"><When time={r.not_after} /><LifeBar of={r} small /></span><span class="exact">{exact(r.not_after)}</span></>,
  },
  { title: "Issuer", sort: "issuer", class: "middle", cell: (r) => (r.issuer_cn ? <a href={links.certificates(issuedBy(r.issuer_cn))}><Foreign text={r.issuer_cn} most={40} /></a> : <Foreign text={null} otherwise="–" />) },
  { title: "Key", class: "narrow", cell: (r) => keyText(r.key) },
  { title: "Served at", class: "number", cell: (r) => <a href={links.certificate(r.sha256)} aria-label={`served at ${count(r.served, "endpoint")}`}>{r.served.toLocaleString("en")}</a> },
  { title: "Trusted", cell: (r) => <Badge word={trustWord(r.trust)} /> },
  {
    title: "Problems", class: "middle",
    cell: (r) => <Problems of={problemsBeside(r.state, r.problems)} />,
  },
];

export function Certificates() {
  const query = route.value.query.get("q") ?? "";
  const sort = route.value.query.get("sort") ?? DEFAULT_SORT;
  const cursor = route.value.query.get("cursor") ?? "";
  const list = useResource<List<CertificateRow>>(withQuery("/certificates", { q: query, sort, limit: LIMIT, cursor, total: "true" }), changes.value);
  const open = (q: string, s: string, c = "") => go(to(["certificates"], { q, sort: s === DEFAULT_SORT ? null : s, cursor: c }));
  const rows = list.data?.items ?? [];
  return (
    <Page title="Certificates">
      <QueryBox query={query} label="Search certificates" example='shop expires<30d issuer:"R11" path:none' problem={list.problem} onQuery={(q) => open(q, sort)} />
      <Chips chips={CHIPS} query={query} onQuery={(q) => open(q, sort)} />
      {list.problem && !isQueryProblem(list.problem) && <ProblemBox problem={list.problem} again={list.reload} />}
      {list.data === null && list.loading && <Loading what="certificates" />}
      {list.data && !list.problem && (
        <>
          {rows.length > 0 && (
            <Table caption="Certificates" columns={certificateColumns} rows={rows} rowKey={(r) => r.sha256} href={(r) => links.certificate(r.sha256)}
              sort={sort} onSort={(s) => open(query, s)} busy={list.loading} />
          )}
          {rows.length === 0 && (query ? <Empty title="No certificate matches."><p>Take a filter away, or look at the words under <kbd>?</kbd>.</p></Empty> : <FirstSteps scan={null} />)}
          <Pager cursor={cursor} next={list.data.next_cursor} shown={rows.length} total={list.data.total ?? null} noun={["certificate", "certificates"]} onGo={(c) => open(query, sort, c)} />
          <Command line={listCommand(["list"], query)} says="the same in a terminal" />
        </>
      )}
    </Page>
  );
}
