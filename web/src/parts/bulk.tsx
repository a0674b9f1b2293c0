// SPDX-License-Identifier: Apache-2.0
// What can be done with ticked rows. The set is frozen on the server first (ids, count, hash); then comes a form, a preview
// of exactly that set, and only then the change, as a job.

import { useState } from "preact/hooks";
import { Problem, send } from "../api/client.ts";
import type { Selection } from "../api/types.ts";
import { count } from "../format/time.ts";
import { BULK, type BulkAction } from "../format/bulk.ts";
import { BulkDialog } from "./bulkdialog.tsx";
import { Dialog } from "./dialog.tsx";
import { ExportLinks } from "./export.tsx";
import { ProblemBox } from "./problem.tsx";

interface Props {
  of: string;
  actions: string[];
  query: string;
  ids: string[];
  total: number | null;
  noun: [string, string];
  onAway: () => void;
}

const SPELT = 6;
/** A query for ticked rows, as far as it can be read. */
function ticked(of: string, ids: string[]): string {
  const key = of === "certificates" ? "sha256" : "id";
  const names = ids.slice(0, SPELT).map((id) => (of === "certificates" ? id.slice(0, 16) : id));
  return `${key}:[${[...names, ...(ids.length > SPELT ? ["…"] : [])].join(",")}]`;
}

export function Bulk({ of, actions, query, ids, total, noun, onAway }: Props) {
  const [all, setAll] = useState(false);
  const [frozen, setFrozen] = useState<{ selection: Selection; action: BulkAction | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const freeze = async (action: BulkAction | null) => {
    setBusy(true);
    setProblem(null);
    try {
      const selection = await send<Selection>({ method: "POST", path: "/selections", body: all ? { of, q: query } : { of, ids } });
      setFrozen({ selection, action });
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  };
  const many = all && total !== null ? total : ids.length;
  return (
    <div class="bulk" role="region" aria-label="Selection">
      <p role="status"><b>{all && total === null ? `All matching ${noun[1]}` : count(many, noun[0], noun[1])}</b> selected.</p>
      {!all && (total === null || total > ids.length) && <button type="button" class="text" onClick={() => setAll(true)}>Select all {total === null ? "" : total.toLocaleString("en")} matching</button>}
      <span class="bulk-actions">
        {BULK.filter((a) => actions.includes(a.action)).map((a) => <button key={a.action} type="button" disabled={busy} onClick={() => void freeze(a)}>{a.label}…</button>)}
        <button type="button" disabled={busy} onClick={() => void freeze(null)}>Export…</button>
        <button type="button" onClick={onAway}>Clear</button>
      </span>
      {problem && <ProblemBox problem={problem} />}
      {frozen?.action && <BulkDialog selection={frozen.selection} action={frozen.action} query={all ? query : ticked(of, ids)} noun={noun} onClose={() => setFrozen(null)} onDone={onAway} />}
      {frozen && !frozen.action && <Dialog title={`Export ${count(frozen.selection.count, noun[0], noun[1])}`} name="export-selection" onClose={() => setFrozen(null)}><ExportLinks of={of} selection={frozen.selection.id} /></Dialog>}
    </div>
  );
}
