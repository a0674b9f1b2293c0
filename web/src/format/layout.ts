// SPDX-License-Identifier: Apache-2.0
// Where the nodes of the map stand: a column for each kind, from who signs to who is hurt; within a column the order that
// crosses few lines (each node near the mean of its neighbours, a few times over). Pure.

export interface Placed {
  id: string;
  column: number;
  row: number;
  x: number;
  y: number;
}
interface Node {
  id: string;
  kind: string;
}
interface Edge {
  from: string;
  to: string;
}

/** From left to right; kinds of one column stand one under the other. */
const ORDER = [["authority", "key"], ["certificate"], ["lineage"], ["endpoint", "location", "file"], ["host"], ["service"], ["team"]];
const PASSES = 6;
const IN_SIGHT = 16;
export const CELL = { width: 176, height: 34, gap: 48, lead: 10 };

function rank(kind: string): number {
  const at = ORDER.findIndex((kinds) => kinds.includes(kind));
  return at < 0 ? ORDER.length : at;
}

export interface Layout {
  placed: Map<string, Placed>;
  columns: { kinds: [string, number][]; ids: string[] }[];
  width: number;
  height: number;
}

export function layout(nodes: Node[], edges: Edge[]): Layout {
  const ranks = [...new Set(nodes.map((n) => rank(n.kind)))].sort((a, b) => a - b);
  const columns = ranks.map((r) => {
    const here = nodes.filter((n) => rank(n.kind) === r);
    const kinds = [...new Set(here.map((n) => n.kind))].map((kind): [string, number] => [kind, here.filter((n) => n.kind === kind).length]);
    return { kinds, ids: here.map((n) => n.id) };
  });
  const near = new Map<string, string[]>(nodes.map((n) => [n.id, []]));
  for (const e of edges) {
    near.get(e.from)?.push(e.to);
    near.get(e.to)?.push(e.from);
  }
  const place = new Map<string, number>();
  const settle = () => columns.forEach((c) => c.ids.forEach((id, i) => place.set(id, (i + 0.5) / c.ids.length)));
  settle();
  for (let pass = 0; pass < PASSES; pass++) {
    for (const column of pass % 2 ? [...columns].reverse() : columns) {
      const mean = new Map(column.ids.map((id) => {
        const places = (near.get(id) ?? []).map((other) => place.get(other) ?? 0.5);
        return [id, places.length ? places.reduce((a, b) => a + b, 0) / places.length : (place.get(id) ?? 0.5)] as const;
      }));
      column.ids.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0));
      column.ids.forEach((id, i) => place.set(id, (i + 0.5) / column.ids.length));
    }
    settle();
  }
  const tallest = Math.max(1, ...columns.map((c) => c.ids.length));
  const height = tallest * CELL.height + CELL.lead * 2;
  const placed = new Map<string, Placed>();
  columns.forEach((c, column) => {
    // Long columns would push the middle of short ones out of sight: then all begin at the top.
    const free = tallest > IN_SIGHT ? 0 : (tallest - c.ids.length) * CELL.height;
    c.ids.forEach((id, row) => placed.set(id, { id, column, row, x: CELL.lead + column * (CELL.width + CELL.gap), y: CELL.lead + free / 2 + row * CELL.height }));
  });
  return { placed, columns, width: Math.max(1, columns.length) * (CELL.width + CELL.gap) - CELL.gap + CELL.lead * 2, height };
}

/** The node that an arrow key leads to: up and down in the column, left and right along a line, or the nearest one there. */
export function stepFrom(l: Layout, edges: Edge[], id: string, key: string): string | null {
  const here = l.placed.get(id);
  if (!here) return null;
  const column = l.columns[here.column];
  if (key === "ArrowUp") return column?.ids[here.row - 1] ?? null;
  if (key === "ArrowDown") return column?.ids[here.row + 1] ?? null;
  const side = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  if (side === 0) return null;
  const neighbours = edges.flatMap((e) => (e.from === id ? [e.to] : e.to === id ? [e.from] : [])).map((n) => l.placed.get(n)).filter((n): n is Placed => n !== undefined && (n.column - here.column) * side > 0);
  const all = neighbours.length > 0 ? neighbours : [...l.placed.values()].filter((n) => n.column === here.column + side);
  all.sort((a, b) => Math.abs(a.column - here.column) - Math.abs(b.column - here.column) || Math.abs(a.y - here.y) - Math.abs(b.y - here.y));
  return all[0]?.id ?? null;
}
