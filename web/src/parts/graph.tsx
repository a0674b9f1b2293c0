// SPDX-License-Identifier: Apache-2.0
// The picture of a map: boxes in columns, lines between. Each box is a link; arrow keys walk along the lines.

import { useRef, useState } from "preact/hooks";
import type { Graph as Data, MapNode } from "../api/types.ts";
import { CELL, layout, stepFrom, type Placed } from "../format/layout.ts";
import { plain, shortened } from "../format/names.ts";
import { nameOf, stateWord } from "../format/words.ts";
import { nodeHref } from "./nodelink.tsx";

const BOX = CELL.height - 8;
const LETTERS = 22;

function curve(a: Placed, b: Placed): string {
  const [from, to] = a.x <= b.x ? [a, b] : [b, a];
  const [x1, y1, x2, y2] = [from.x + CELL.width, from.y + BOX / 2, to.x, to.y + BOX / 2];
  if (from.x === to.x) return `M${from.x + CELL.width} ${y1} C ${from.x + CELL.width + 30} ${y1}, ${from.x + CELL.width + 30} ${y2}, ${from.x + CELL.width} ${y2}`;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C ${middle} ${y1}, ${middle} ${y2}, ${x2} ${y2}`;
}

function title(n: MapNode): string {
  return [nameOf("root", n.kind), plain(n.name), n.state ? stateWord(n.state).label : "", n.sub ? plain(n.sub) : ""].filter(Boolean).join(", ");
}

export function GraphPicture({ data, root }: { data: Data; root: string }) {
  const l = layout(data.nodes, data.edges);
  const [at, setAt] = useState(data.nodes.some((n) => n.id === root) ? root : (data.nodes[0]?.id ?? ""));
  const svg = useRef<SVGSVGElement>(null);
  const onKey = (event: KeyboardEvent) => {
    const next = stepFrom(l, data.edges, at, event.key);
    if (!next) return;
    event.preventDefault();
    setAt(next);
    svg.current?.querySelector<SVGAElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
  };
  return (
    <div class="graph-box" tabIndex={0} role="region" aria-label="The map as a picture">
      <svg ref={svg} class="graph" width={l.width} height={l.height + 20} viewBox={`0 -20 ${l.width} ${l.height + 20}`} onKeyDown={onKey} role="group" aria-label={`${data.nodes.length} boxes, ${data.edges.length} lines. Arrow keys walk.`}>
        {l.columns.map((c, i) => <text key={i} class="graph-head" x={CELL.lead + i * (CELL.width + CELL.gap)} y="-6">{c.kinds.map(([kind, n]) => `${nameOf("node", kind)} (${n})`).join(", ")}</text>)}
        {data.edges.map((e, i) => {
          const [a, b] = [l.placed.get(e.from), l.placed.get(e.to)];
          return a && b && <path key={i} class={`edge ${e.from === at || e.to === at ? "near" : ""}`} d={curve(a, b)} />;
        })}
        {data.nodes.map((n) => {
          const p = l.placed.get(n.id)!;
          const tone = n.state ? stateWord(n.state).tone : "";
          return (
            <a key={n.id} data-node={n.id} class={`node ${n.kind} ${tone} ${n.id === root ? "root" : ""}`} href={nodeHref(n) ?? undefined} tabIndex={n.id === at ? 0 : -1} aria-label={title(n)} onFocus={() => setAt(n.id)}>
              <title>{title(n)}</title>
              <rect x={p.x} y={p.y} width={CELL.width} height={BOX} rx="4" />
              <text x={p.x + 8} y={p.y + BOX / 2 + 4}>{shortened(plain(n.name), LETTERS)}</text>
            </a>
          );
        })}
      </svg>
    </div>
  );
}
