// SPDX-License-Identifier: Apache-2.0
// All names of a certificate. There may be a thousand: then a filter, and no more on the page than one can read.

import { useState } from "preact/hooks";
import type { Facts } from "../api/types.ts";
import { count } from "../format/time.ts";
import { Copy } from "./copy.tsx";
import { Foreign } from "./foreign.tsx";

const FILTER_FROM = 12;
const SHOWN = 120;

export function Names({ names }: { names: Facts["names"] }) {
  const [filter, setFilter] = useState("");
  const [all, setAll] = useState(false);
  const every: [string, string][] = [
    ...names.dns.map((n): [string, string] => ["", n]), ...names.ip.map((n): [string, string] => ["address", n]),
    ...names.email.map((n): [string, string] => ["mail", n]), ...names.uri.map((n): [string, string] => ["URI", n]),
  ];
  if (every.length === 0) return <p class="quiet">It has no subject alternative names. Today's clients look at nothing else.</p>;
  const wanted = filter.trim().toLowerCase();
  const found = wanted ? every.filter(([, n]) => n.toLowerCase().includes(wanted)) : every;
  const shown = all ? found : found.slice(0, SHOWN);
  return (
    <>
      {every.length > FILTER_FROM && (
        <div class="names-tools">
          <label for="names-filter">Filter</label>
          <input id="names-filter" type="search" value={filter} autocomplete="off" spellcheck={false} onInput={(e) => setFilter(e.currentTarget.value)} />
          <span role="status">{wanted ? `${found.length.toLocaleString("en")} of ${count(every.length, "name")}` : count(every.length, "name")}</span>
          <Copy text={found.map(([, n]) => n).join("\n")} what="these names" />
        </div>
      )}
      <ul class="names">
        {shown.map(([kind, name], i) => (
          <li key={i}><Foreign text={name} otherwise="(empty)" />{kind && <span class="tag">{kind}</span>}</li>
        ))}
      </ul>
      {shown.length < found.length && <button type="button" onClick={() => setAll(true)}>Show all {found.length.toLocaleString("en")}</button>}
    </>
  );
}
