// SPDX-License-Identifier: Apache-2.0
// The life of a certificate as a bar: what has passed, what is left, and today. The words beside it say the same.

import { day, life, lifetime } from "../format/time.ts";
import { now } from "../state/clock.ts";

const WIDTH = 1000;

interface Life {
  not_before: string;
  not_after: string;
  state: string;
  served?: number;
}

export function LifeBar({ of, small = false }: { of: Life; small?: boolean }) {
  const { gone, state } = life(of.not_before, of.not_after, now.value);
  const at = Math.round(gone * WIDTH);
  const looks = of.state === "expired" && of.served === 0 ? "past" : of.state;
  const text =
    state === "before" ? "its life has not begun" : state === "after" ? "its life is over" : `${Math.round((1 - gone) * 100)} % of its life is left`;
  return (
    <svg class={`lifebar ${looks} ${small ? "small" : ""}`} viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" role="img" aria-label={text}>
      <rect class="whole" x="0" y="0" width={WIDTH} height="10" />
      <rect class="left" x={at} y="0" width={WIDTH - at} height="10" />
      {state === "in" && <rect class="today" x={Math.min(at, WIDTH - 3)} y="0" width={small ? 12 : 3} height="10" />}
    </svg>
  );
}

/** The large one, with its dates. */
export function LifeLine({ of }: { of: Life & { lifetime_s: number } }) {
  const { gone, state } = life(of.not_before, of.not_after, now.value);
  const percent = Math.round(gone * 100);
  return (
    <figure class="lifeline">
      <LifeBar of={of} />
      <figcaption>
        <span>from {day(of.not_before)}</span>
        <span class="today-text">
          {state === "in" ? `today: ${percent} % of ${lifetime(of.lifetime_s)} gone` : state === "before" ? "not begun yet" : "over"}
        </span>
        <span>to {day(of.not_after)}</span>
      </figcaption>
    </figure>
  );
}
