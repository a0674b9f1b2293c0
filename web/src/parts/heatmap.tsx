// SPDX-License-Identifier: Apache-2.0
// A year of expiries, a cell a day, a column a week. Darker is more; a ring says that some have no proven path. The arrow
// keys walk it: left and right by weeks, up and down by days.

import type { Timeline } from "../api/types.ts";
import { dayInWords } from "../format/time.ts";
import { useRoving } from "./roving.ts";
import { spanText } from "./weeks.tsx";

const DAYS = ["Mon", "", "Wed", "", "Fri", "", "Sun"];
const LEVELS = 4;

function weekday(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Sorted counts to steps: a quarter of the days that have any in each. */
function levels(days: Timeline["days"]): (count: number) => number {
  const counts = days.map((d) => d.count).filter((n) => n > 0).sort((a, b) => a - b);
  const edges = Array.from({ length: LEVELS - 1 }, (_, i) => counts[Math.floor((counts.length * (i + 1)) / LEVELS)] ?? 0);
  return (n) => (n === 0 ? 0 : 1 + edges.filter((edge) => n > edge).length);
}

export function Heatmap({ days, href }: { days: Timeline["days"]; href: (day: string) => string }) {
  const walk = useRoving<HTMLOListElement>(days.length, 1, 0, 7);
  const level = levels(days);
  const first = days[0] ? weekday(days[0].day) : 0;
  const columns = Math.ceil((days.length + first) / 7);
  const months = Array.from({ length: columns }, (_, c) => {
    const here = days[Math.max(0, c * 7 - first)]?.day ?? "";
    const before = days[Math.max(0, (c - 1) * 7 - first)]?.day ?? "";
    return c === 0 || here.slice(0, 7) !== before.slice(0, 7) ? dayInWords(here).split(" ")[1] : "";
  });
  return (
    <div class="heat-box" tabIndex={0} role="region" aria-label="Days of the year ahead">
      <div class="heat">
        <div class="heat-months" aria-hidden="true">{months.map((m, i) => <span key={i}>{m}</span>)}</div>
        <div class="heat-days" aria-hidden="true">{DAYS.map((d, i) => <span key={i}>{d}</span>)}</div>
        <ol class={`heat-cells from-${first}`} ref={walk.ref} onKeyDown={walk.onKeyDown} aria-label="Certificates that expire, day by day">
          {days.map((d, i) => {
            const text = `${dayInWords(d.day)}: ${d.count === 0 ? "none expires" : spanText(d.count, d.without_path)}`;
            return <li key={d.day}><a href={href(d.day)} class={`cell l${level(d.count)} ${(d.without_path ?? 0) > 0 ? "bare" : ""}`} tabIndex={i === walk.at ? 0 : -1} aria-label={text} title={text} onFocus={() => walk.setAt(i)} /></li>;
          })}
        </ol>
      </div>
      <p class="legend small quiet" aria-hidden="true">less {[0, 1, 2, 3, 4].map((l) => <span key={l} class={`cell l${l}`} />)} more <span class="cell l0 bare" /> some without a proven path</p>
    </div>
  );
}
