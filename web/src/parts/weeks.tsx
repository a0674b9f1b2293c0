// SPDX-License-Identifier: Apache-2.0
// How many certificates end in each of the coming weeks, and for how many of them nothing is known to renew them. Every bar
// is a link to its list and says its numbers.

import type { Span } from "../api/types.ts";
import { count, dayInWords } from "../format/time.ts";
import { useRoving } from "./roving.ts";

const HEIGHT = 100;
const LEAST = 3;

interface Props {
  weeks: ({ week: string; count: number } & Partial<Span>)[];
  href: (week: string) => string;
}

/** The words of a bar. */
export function spanText(n: number, without: number | null | undefined): string {
  const ends = `${count(n, "certificate")} expire${n === 1 ? "s" : ""}`;
  return without ? `${ends}, ${without.toLocaleString("en")} without a proven path` : ends;
}

export function Weeks({ weeks, href }: Props) {
  const most = Math.max(1, ...weeks.map((w) => w.count));
  const walk = useRoving<HTMLOListElement>(weeks.length);
  const every = weeks.length > 30 ? 8 : 4;
  return (
    <ol class={`weeks ${weeks.length > 30 ? "many" : ""}`} ref={walk.ref} onKeyDown={walk.onKeyDown} aria-label={`Certificates that expire, week by week; at most ${most} in one week`}>
      {weeks.map((w, i) => {
        const height = w.count === 0 ? 0 : Math.max(LEAST, (w.count / most) * HEIGHT);
        const bare = w.count === 0 || !w.without_path ? 0 : Math.max(LEAST, (w.without_path / w.count) * height);
        const label = `Week of ${dayInWords(w.week)}: ${spanText(w.count, w.without_path)}`;
        return (
          <li key={w.week}>
            <a href={href(w.week)} tabIndex={i === walk.at ? 0 : -1} aria-label={label} title={label} onFocus={() => walk.setAt(i)}>
              <span class="week-count" aria-hidden="true">{w.count > 0 && w.count < 1000 ? w.count : w.count > 0 ? `${Math.round(w.count / 1000)}k` : ""}</span>
              <svg viewBox={`0 0 10 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <rect class="base" x="0" y={HEIGHT - 1} width="10" height="1" />
                <rect class="bar" x="0" y={HEIGHT - height} width="10" height={height - bare} />
                <rect class="bare" x="0" y={HEIGHT - bare} width="10" height={bare} />
              </svg>
            </a>
            {i % every === 0 && <span class="week-label" aria-hidden="true">{dayInWords(w.week).replace(/ \d{4}$/, "")}</span>}
          </li>
        );
      })}
    </ol>
  );
}

/** What the two colours are. */
export function WeeksLegend() {
  return <p class="legend small quiet"><span class="swatch with" aria-hidden="true" /> renewal proven <span class="swatch without" aria-hidden="true" /> not proven</p>;
}
