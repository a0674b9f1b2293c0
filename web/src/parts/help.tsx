// SPDX-License-Identifier: Apache-2.0
// The help: keys, and the words of the query language.

import { useEffect, useRef } from "preact/hooks";
import { helpOpen, keysOn, PLACES, setKeysOn } from "../state/keys.ts";

const KEYS: [string, string][] = [
  ["/", "Search certificates"],
  ["?", "This help"],
  ...Object.values(PLACES).map((p): [string, string] => [p.keys, p.does]),
  ["j  k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["n  p", "Next, previous page"],
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
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helpOpen.value) dialog.current?.showModal();
  }, [helpOpen.value]);
  if (!helpOpen.value) return null;
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (helpOpen.value = false)}>
      <div class="section-head">
        <h2 id="help-title">Help</h2>
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
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
    </dialog>
  );
}
