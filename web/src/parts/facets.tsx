// SPDX-License-Identifier: Apache-2.0
// What the list holds, counted by field. Each value is one term of the query, switched on and off.

import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Facet, Facets as Data, FacetValue } from "../api/types.ts";
import { plain } from "../format/names.ts";
import { has, toggle } from "../format/query.ts";
import { nameOf, valueText, valueTone } from "../format/words.ts";
import { useResource } from "../state/resource.ts";
import { Foreign } from "./foreign.tsx";
import { Icon } from "./icon.tsx";

interface Props {
  of: string;
  fields: string[];
  query: string;
  onQuery: (query: string) => void;
  onGroup?: (field: string) => void;
}

function Value({ field, value, chosen, approximate, onToggle }: { field: string; value: FacetValue; chosen: boolean; approximate: boolean; onToggle: () => void }) {
  const tone = valueTone(field, value.value);
  const text = valueText(field, value.value, value.label);
  return (
    <li>
      <button type="button" class="facet-value" aria-pressed={chosen} disabled={value.term === null} title={plain(value.term ?? "cannot be asked for")} onClick={onToggle}>
        <span class={`facet-label ${tone ?? ""}`}>{tone && <Icon name={tone} />}<Foreign text={text} most={36} /></span>
        <span class="facet-count">{approximate ? "≥ " : ""}{value.count.toLocaleString("en")}</span>
      </button>
    </li>
  );
}

function One({ facet, approximate, query, onQuery, onGroup }: { facet: Facet; approximate: boolean } & Omit<Props, "of" | "fields">) {
  if (facet.values.length === 0) return null;
  return (
    <section class="facet" aria-label={nameOf("field", facet.field)}>
      <h2>{nameOf("field", facet.field)}</h2>
      <ul>
        {facet.values.map((v) => <Value key={v.value ?? ""} field={facet.field} value={v} approximate={approximate} chosen={v.term !== null && has(query, v.term)} onToggle={() => v.term && onQuery(toggle(query, v.term))} />)}
      </ul>
      {facet.more && (onGroup ? <button type="button" class="facet-more" onClick={() => onGroup(facet.field)}>all of them, as groups</button> : <p class="quiet small">and more</p>)}
    </section>
  );
}

export function Facets({ of, fields, query, onQuery, onGroup }: Props) {
  const got = useResource<Data>(withQuery("/facets", { of, q: query, fields: fields.join(",") }), changes.value);
  const wide = window.matchMedia("(min-width: 62rem)").matches;
  if (!got.data && got.problem) return null; // the list tells of it
  return (
    <details class="facets" open={wide}>
      <summary>Filters</summary>
      {got.data?.facets.map((f) => <One key={f.field} facet={f} approximate={got.data?.approximate ?? false} query={query} onQuery={onQuery} onGroup={onGroup} />)}
    </details>
  );
}
