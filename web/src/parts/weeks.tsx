// SPDX-License-Identifier: Apache-2.0
// How many certificates end in each of the coming weeks. Every bar is a link to its list and says its number; the arrow
// keys go from bar to bar, so that the tabulator key passes the chart in one step.

import { useRef, useState } from "preact/hooks";
import { week } from "../format/query.ts";
import { count, dayInWords } from "../format/time.ts";
import { links } from "../router.ts";

const HEIGHT = 100;
const TONES: [number, string][] = [[2, "critical"], [5, "warning"]];

function tone(index: number): string {
  return TONES.find(([below]) => index < below)?.[1] ?? "later";
}

export function Weeks({ weeks }: { weeks: { week: string; count: number }[] }) {
  const most = Math.max(1, ...weeks.map((w) => w.count));
  const [at, setAt] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -weeks.length, End: weeks.length }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(weeks.length - 1, Math.max(0, at + step));
    setAt(next);
    list.current?.querySelectorAll("a")[next]?.focus();
  };
  return (
    <ol class="weeks" ref={list} onKeyDown={move} aria-label={`Certificates that expire, week by week; at most ${most} in one week`}>
      {weeks.map((w, i) => {
        const height = w.count === 0 ? 0 : Math.max(3, (w.count / most) * HEIGHT);
        const label = `Week of ${dayInWords(w.week)}: ${count(w.count, "certificate")} expire${w.count === 1 ? "s" : ""}`;
        return (
          <li key={w.week}>
            <a href={links.certificates(week(w.week))} tabIndex={i === at ? 0 : -1} aria-label={label} title={label} class={w.count ? tone(i) : "none"} onFocus={() => setAt(i)}>
              <span class="week-count" aria-hidden="true">{w.count > 0 ? w.count : ""}</span>
              <svg viewBox={`0 0 10 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <rect class="base" x="0" y={HEIGHT - 1} width="10" height="1" />
                <rect class="bar" x="0" y={HEIGHT - height} width="10" height={height} />
              </svg>
            </a>
            {i % 4 === 0 && <span class="week-label" aria-hidden="true">{dayInWords(w.week).replace(/ \d{4}$/, "")}</span>}
          </li>
        );
      })}
    </ol>
  );
}
