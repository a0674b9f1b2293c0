// SPDX-License-Identifier: Apache-2.0
// The help: keys, and the words of the query language.

import { helpOpen, keysOn, PLACES, setKeysOn } from "../state/keys.ts";
import { Dialog } from "./dialog.tsx";

const KEYS: [string, string][] = [
  ["/", "Search certificates"],
  ["Ctrl K", "Go to, do, search: everything"],
  ["?", "This help"],
  ...Object.values(PLACES).map((p): [string, string] => [p.keys, p.does]),
  ["j  k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["x", "Tick the row"],
  ["n  p", "Next, previous page"],
  ["← ↑ ↓ →", "Walk a chart or the map"],
  ["Esc", "Close a dialog"],
];

const QUERIES: [string, string][] = [
  ["shop", "names that contain it"],
  ["expires<30d", "ends within 30 days"],
  ["expires:2026-12", "ends in December 2026"],
  ["state:expired", "also valid, expiring, future"],
  ["active:yes", "served now"],
  ['issuer:"R11"', "its issuer"],
  ["path:none", "nobody renews it"],
  ["owner:payments", "who answers for it; owner:none"],
  ["tag:pci", "carries this tag"],
  ["env:production", "its environment"],
  ["has:problem", "something is wrong with it"],
  ["-shop", "not with that name"],
  ["a OR b", "one of the two"],
];

function Rows({ rows, tag }: { rows: [string, string][]; tag: "kbd" | "code" }) {
  const Tag = tag;
  return (
    <dl class={`keys ${tag}`}>
      {rows.map(([key, does]) => (
        <div key={key}><dt><Tag>{key}</Tag></dt><dd>{does}</dd></div>
      ))}
    </dl>
  );
}

export function Help() {
  if (!helpOpen.value) return null;
  return (
    <Dialog title="Help" name="help" onClose={() => (helpOpen.value = false)}>
      <div class="help-columns">
        <section aria-labelledby="help-keys">
          <h3 id="help-keys">Keys</h3>
          <Rows rows={KEYS} tag="kbd" />
          <label class="check">
            <input type="checkbox" checked={keysOn.value} onChange={(e) => setKeysOn(e.currentTarget.checked)} />
            Keys without Ctrl or Alt do something
          </label>
        </section>
        <section aria-labelledby="help-queries">
          <h3 id="help-queries">Queries</h3>
          <Rows rows={QUERIES} tag="code" />
        </section>
      </div>
      <p class="small quiet"><a href="/api/openapi.json">The API's description</a> · <a href="/assets/licences.txt">Licences of the libraries inside</a></p>
    </Dialog>
  );
}
