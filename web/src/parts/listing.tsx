// SPDX-License-Identifier: Apache-2.0
// The one list: query bar with suggestions, filters with counts, saved views, columns, groups, ticked rows, pages. A screen
// gives its columns and says which of these its noun has. Everything chosen is in the address.

import type { ComponentChildren } from "preact";
import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { List, View } from "../api/types.ts";
import { listCommand } from "../format/shell.ts";
import { nameOf } from "../format/words.ts";
import { go, here, route } from "../router.ts";
import { useResource } from "../state/resource.ts";
import { useTicks } from "../state/ticks.ts";
import { Bulk } from "./bulk.tsx";
import { Chips, type Chip } from "./chips.tsx";
import { ColumnChooser, shownColumns } from "./columns.tsx";
import { ExportMenu } from "./export.tsx";
import { Facets } from "./facets.tsx";
import { Groups } from "./groups.tsx";
import { Empty, Loading, Page } from "./page.tsx";
import { Pager } from "./pager.tsx";
import { ProblemBox } from "./problem.tsx";
import { isQueryProblem, QueryBar } from "./querybar.tsx";
import { Table, type Column } from "./table.tsx";
import { Views } from "./views.tsx";
import { Ways } from "./ways.tsx";

const LIMIT = 100;

/** What a noun's list can do. */
export interface ListSpec<T> {
  /** under /api/v1 */
  path: string;
  /** "certificates", "endpoints", "lineages": has facets, groups, views, selections; absent: none of them */
  of?: string;
  noun: [string, string];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  rowName?: (row: T) => string;
  href?: (row: T) => string | null;
  /** of a query; absent: cannot be searched */
  example?: string;
  sort?: string;
  facets?: string[];
  groups?: string[];
  chips?: Chip[];
  actions?: string[];
  /** what ticked rows are, when not rows of this list itself, and which */
  ticksOf?: string;
  tickKey?: (row: T) => string;
  empty: ComponentChildren;
  /** words of the command line that lists the same; the query comes after them */
  says?: string[];
  /** other parameters of the address that the API takes too */
  passes?: string[];
}

function sayLine(says: string[], looks: { q: string; sort: string; group: string; columns: string | null }): string {
  const words = [...says];
  if (looks.sort) words.push("--sort", looks.sort);
  if (looks.group) words.push("--group-by", looks.group);
  if (looks.columns) words.push("--columns", looks.columns);
  return listCommand(words, looks.q);
}

export function ListOf<T>({ spec, title }: { spec: ListSpec<T>; title: string }) {
  const at = (name: string) => route.value.query.get(name) ?? "";
  const [query, sort, cursor, group] = [at("q"), at("sort") || spec.sort || "", at("cursor"), at("group")];
  const chosen = at("columns") || null;
  const passed = Object.fromEntries((spec.passes ?? []).map((name) => [name, at(name)]));
  const path = withQuery(`/${spec.path}`, { q: query, sort, limit: LIMIT, cursor, total: "true", ...passed });
  const list = useResource<List<T>>(group ? null : path, changes.value);
  const ticks = useTicks(`${query} ${Object.values(passed).join(" ")}`);
  const search = (q: string) => go(here({ q, view: null }));
  const looks = { q: query, sort: at("sort"), columns: chosen, group };
  const rows = list.data?.items ?? [];
  const columns = shownColumns(spec.columns, chosen);
  const total = list.data?.total ?? null;
  const bulkOf = spec.ticksOf ?? spec.of;
  return (
    <>
      {spec.example && <QueryBar of={spec.of} query={query} label={`Search ${spec.noun[1]}`} example={spec.example} problem={list.problem} onQuery={search} />}
      {spec.chips && <Chips chips={spec.chips} query={query} onQuery={search} />}
      {spec.of && (
        <div class="list-tools">
          <Views of={spec.of} looks={looks} chosen={at("view") || null} href={(v: View) => here({ q: v.q, sort: v.sort, columns: v.columns.join(","), group: v.group_by, view: v.id })} />
          {spec.groups && (
            <label class="inline">Group by{" "}
              <select value={group} onChange={(e) => go(here({ group: e.currentTarget.value }))}>
                <option value="" selected={group === ""}>nothing</option>
                {spec.groups.map((g) => <option key={g} value={g} selected={g === group}>{nameOf("field", g).toLowerCase()}</option>)}
              </select>
            </label>
          )}
          <ColumnChooser columns={spec.columns} chosen={chosen} onChosen={(names) => go(here({ columns: names }), true)} />
          <ExportMenu of={spec.of} query={query} columns={chosen} />
        </div>
      )}
      <div class={spec.facets ? "with-facets" : ""}>
        {spec.facets && spec.of && <Facets of={spec.of} fields={spec.facets} query={query} onQuery={search} onGroup={(field) => go(here({ group: field }))} />}
        <div class="list">
          {list.problem && !(spec.example && isQueryProblem(list.problem)) && <ProblemBox problem={list.problem} again={list.reload} />}
          {group && spec.of && <Groups of={spec.of} by={group} query={query} href={(q) => here({ q, group: null })} />}
          {!group && list.data === null && list.loading && <Loading what={spec.noun[1]} />}
          {!group && list.data && !list.problem && (
            <>
              {bulkOf && spec.actions && ticks.count > 0 && <Bulk of={bulkOf} actions={spec.actions} query={query} ids={ticks.ids} total={spec.ticksOf ? ticks.count : total} noun={spec.ticksOf ? ["certificate", "certificates"] : spec.noun} onAway={ticks.clear} />}
              {rows.length > 0 && <Table caption={title} columns={columns} rows={rows} rowKey={spec.rowKey} rowName={spec.rowName} href={spec.href} sort={sort} onSort={(s) => go(here({ sort: s === spec.sort ? null : s }))} busy={list.loading} ticks={spec.actions ? ticks : undefined} tickKey={spec.tickKey} />}
              {rows.length === 0 && (query || cursor ? <Empty title={spec.of === "certificates" ? "No certificate matches." : "Nothing matches."}><p>Take a filter away, or look at the words under <kbd>?</kbd>.</p></Empty> : spec.empty)}
              <Pager cursor={cursor} next={list.data.next_cursor} shown={rows.length} total={total} noun={spec.noun} onGo={(c) => go(here({ cursor: c || null }))} />
            </>
          )}
          <Ways line={spec.says ? sayLine(spec.says, looks) : null} call={{ method: "GET", path: group ? withQuery("/groups", { of: spec.of, q: query, by: group }) : withQuery(`/${spec.path}`, { q: query, sort: at("sort"), ...passed }) }} />
        </div>
      </div>
    </>
  );
}

/** A list that is a whole screen. */
export function Listing<T>({ title, lead, actions, spec }: { title: string; lead?: ComponentChildren; actions?: ComponentChildren; spec: ListSpec<T> }) {
  return (
    <Page title={title} actions={actions}>
      {lead}
      <ListOf spec={spec} title={title} />
    </Page>
  );
}
