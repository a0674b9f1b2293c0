// SPDX-License-Identifier: Apache-2.0
// A table of rows that lead somewhere. The link in the first column is what the keyboard follows; with a mouse the whole
// row may be clicked. Wide tables scroll inside their box.

import type { ComponentChildren } from "preact";
import { plain } from "../format/names.ts";
import { Icon } from "./icon.tsx";

export interface Column<T> {
  /** in addresses and saved views; where these can be saved, the field of the API */
  name: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  /** field of ?sort= ; absent: cannot be sorted by it */
  sort?: string;
  class?: string;
  /** shown only when asked for */
  extra?: boolean;
}

/** Rows that can be ticked. */
export interface Ticks {
  has: (key: string) => boolean;
  set: (keys: string[], on: boolean) => void;
}

interface Props<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  href?: (row: T) => string | null;
  sort?: string;
  onSort?: (sort: string) => void;
  busy?: boolean;
  ticks?: Ticks;
  /** what is ticked with a row; absent: the row */
  tickKey?: (row: T) => string;
  rowName?: (row: T) => string;
}

function Heading<T>({ column, sort, onSort }: { column: Column<T>; sort: string; onSort?: (sort: string) => void }) {
  const field = column.sort;
  if (!field || !onSort) return <th scope="col" class={column.class}>{column.title}</th>;
  const direction = sort === field ? "ascending" : sort === `-${field}` ? "descending" : undefined;
  return (
    <th scope="col" class={column.class} aria-sort={direction}>
      <button type="button" class="sort" onClick={() => onSort(direction === "ascending" ? `-${field}` : field)}>
        {column.title}
        {direction && <Icon name={direction === "ascending" ? "up" : "down"} />}
      </button>
    </th>
  );
}

function follow(event: MouseEvent, href: string | null): void {
  const inside = event.target as Element;
  if (!href || inside.closest("a, button, input") || window.getSelection()?.toString()) return;
  location.hash = href;
}

export function Table<T>({ caption, columns, rows, rowKey, href, sort = "", onSort, busy = false, ticks, tickKey = rowKey, rowName }: Props<T>) {
  const keys = rows.map(tickKey);
  const every = ticks !== undefined && keys.length > 0 && keys.every(ticks.has);
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={`${caption}: the table`}>
      <table aria-busy={busy}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {ticks && <th class="tick"><input type="checkbox" checked={every} aria-label="Select every row of this page" onChange={(e) => ticks.set(keys, e.currentTarget.checked)} /></th>}
            {columns.map((c) => <Heading key={c.name} column={c} sort={sort} onSort={onSort} />)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const target = href?.(row) ?? null;
            return (
              <tr key={rowKey(row)} class={`${target ? "leads" : ""} ${ticks?.has(tickKey(row)) ? "ticked" : ""}`} onClick={(e) => follow(e, target)}>
                {ticks && <td class="tick"><input type="checkbox" checked={ticks.has(tickKey(row))} aria-label={`Select ${plain(rowName?.(row) ?? rowKey(row)).slice(0, 100)}`} onChange={(e) => ticks.set([tickKey(row)], e.currentTarget.checked)} /></td>}
                {columns.map((c) => <td key={c.name} class={c.class}>{c.cell(row)}</td>)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
