// SPDX-License-Identifier: Apache-2.0
// Filters to switch on and off. Each is one term of the query, so what they do can be read in the box above them.

import { has, toggle } from "../format/query.ts";

export interface Chip {
  label: string;
  term: string;
}

export function Chips({ chips, query, onQuery }: { chips: Chip[]; query: string; onQuery: (query: string) => void }) {
  return (
    <div class="chips" role="group" aria-label="Filters">
      {chips.map((chip) => (
        <button type="button" key={chip.term} class="chip" aria-pressed={has(query, chip.term)} title={chip.term} onClick={() => onQuery(toggle(query, chip.term))}>
          {chip.label}
        </button>
      ))}
    </div>
  );
}
