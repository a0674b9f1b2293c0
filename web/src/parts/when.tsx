// SPDX-License-Identifier: Apache-2.0
// A moment: as people say it, exact beside or beneath.

import { exact, relative } from "../format/time.ts";
import { now } from "../state/clock.ts";

export function When({ time, both = false }: { time: string | null; both?: boolean }) {
  if (!time) return <span class="quiet">–</span>;
  return (
    <time dateTime={time} title={exact(time)}>
      {relative(time, now.value)}
      {both && <span class="exact">{exact(time)}</span>}
    </time>
  );
}
