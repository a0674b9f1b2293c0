// SPDX-License-Identifier: Apache-2.0
// A plain list screen: query, table, pages. Certificates has its own; the others are this with their columns.

import type { ComponentChildren } from "preact";
import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { List } from "../api/types.ts";
import { go, route, to } from "../router.ts";
import { useResource } from "../state/resource.ts";
import { listCommand } from "../format/shell.ts";
import { Command } from "./command.tsx";
import { Empty, Loading, Page } from "./page.tsx";
import { Pager } from "./pager.tsx";
import { ProblemBox } from "./problem.tsx";
import { isQueryProblem, QueryBox } from "./querybox.tsx";
import { Table, type Column } from "./table.tsx";

const LIMIT = 100;

interface Props<T> {
  title: string;
  path: string;
  noun: [string, string];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  href?: (row: T) => string | null;
  example?: string;
  empty: ComponentChildren;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  /** words of the command line that lists the same; the query comes after them */
  says?: string[];
}

export function Listing<T>(p: Props<T>) {
  const query = route.value.query.get("q") ?? "";
  const sort = route.value.query.get("sort") ?? "";
  const cursor = route.value.query.get("cursor") ?? "";
  const list = useResource<List<T>>(withQuery(`/${p.path}`, { q: query, sort, limit: LIMIT, cursor, total: "true" }), changes.value);
  const open = (q: string, s: string, c = "") => go(to([p.path], { q, sort: s, cursor: c }));
  const rows = list.data?.items ?? [];
  return (
    <Page title={p.title} actions={p.actions}>
      {p.lead}
      {p.example && <QueryBox query={query} label={`Search ${p.noun[1]}`} example={p.example} problem={list.problem} onQuery={(q) => open(q, sort)} />}
      {list.problem && !(p.example && isQueryProblem(list.problem)) && <ProblemBox problem={list.problem} again={list.reload} />}
      {list.data === null && list.loading && <Loading what={p.noun[1]} />}
      {list.data && !list.problem && (
        <>
          {rows.length > 0 && <Table caption={p.title} columns={p.columns} rows={rows} rowKey={p.rowKey} href={p.href} sort={sort} onSort={(s) => open(query, s)} busy={list.loading} />}
          {rows.length === 0 && (query ? <Empty title="Nothing matches."><p>Take a word away from the query.</p></Empty> : p.empty)}
          <Pager cursor={cursor} next={list.data.next_cursor} shown={rows.length} total={list.data.total ?? null} noun={p.noun} onGo={(c) => open(query, sort, c)} />
          {p.says && <Command line={listCommand(p.says, query)} says="the same in a terminal" />}
        </>
      )}
    </Page>
  );
}
