// SPDX-License-Identifier: Apache-2.0
// One action on a frozen selection: form, preview, change, progress. The button that changes appears with the preview only.

import { useEffect, useState } from "preact/hooks";
import { changes } from "../api/events.ts";
import { Problem, send, type Call } from "../api/client.ts";
import type { Job, Preview, Selection } from "../api/types.ts";
import type { BulkAction } from "../format/bulk.ts";
import { word } from "../format/shell.ts";
import { count, exact } from "../format/time.ts";
import { Dialog } from "./dialog.tsx";
import { Fields, type Values } from "./fields.tsx";
import { Foreign } from "./foreign.tsx";
import { JobLine, jobOver, useJob } from "./job.tsx";
import { choices } from "../state/choices.ts";
import { ProblemBox } from "./problem.tsx";
import { Table } from "./table.tsx";
import { Ways } from "./ways.tsx";

interface Props {
  selection: Selection;
  action: BulkAction;
  /** a query that finds the same */
  query: string;
  noun: [string, string];
  onClose: () => void;
  onDone: () => void;
}

/** A value of before and after as text: null is nothing, lists are words. */
export function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(said).join(" ");
  if (typeof value === "object") {
    const entries = Object.entries(value as Record<string, unknown>);
    if ("name" in (value as object)) return said((value as { name: unknown }).name);
    return entries.map(([k, v]) => `${k}: ${said(v) || "–"}`).join(", ");
  }
  return String(value);
}

export function Sample({ sample }: { sample: Preview["sample"] }) {
  return (
    <Table caption="Before and after" rows={sample} rowKey={(s) => s.name + said(s.before)} columns={[
      { name: "name", title: "Name", class: "wide", cell: (s) => <Foreign text={s.name} most={60} /> },
      { name: "before", title: "Before", class: "middle", cell: (s) => <Foreign text={said(s.before)} otherwise="–" most={80} /> },
      { name: "after", title: "After", class: "middle", cell: (s) => <Foreign text={said(s.after)} otherwise="–" most={80} /> },
    ]} />
  );
}

function Working({ id, onDone }: { id: string; onDone: () => void }) {
  const { job, problem } = useJob(id);
  const over = job !== null && jobOver(job);
  useEffect(() => {
    if (over) {
      changes.value++;
      onDone();
    }
  }, [over]);
  if (problem) return <ProblemBox problem={problem} />;
  return job ? <JobLine job={job} /> : <p role="status">Waiting for its turn.</p>;
}

export function BulkDialog({ selection, action, query, noun, onClose, onDone }: Props) {
  const [values, setValues] = useState<Values>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const [finished, setFinished] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const call: Call = { method: "POST", path: `/selections/${selection.id}/actions`, body: { action: action.action, hash: selection.hash, ...action.body(values) } };
  const tell = async (dry: boolean) => {
    setBusy(true);
    setProblem(null);
    try {
      const answer = await send<{ preview?: Preview; job?: Job | string }>(dry ? { ...call, path: `${call.path}?dry_run=true` } : call);
      if (answer.preview) setPreview(answer.preview);
      if (answer.job) setJob(typeof answer.job === "string" ? answer.job : answer.job.id);
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  };
  const change = (next: Values) => {
    setValues(next);
    setPreview(null);
  };
  return (
    <Dialog title={`${action.label}: ${count(selection.count, noun[0], noun[1])}`} name="bulk-dialog" onClose={() => { onClose(); if (finished) onDone(); }}>
      <form class="form" onSubmit={(e) => { e.preventDefault(); void tell(preview === null); }}>
        <p class="quiet small">Frozen at {exact(selection.created_at)}, fingerprint <code>{selection.hash.slice(0, 12)}</code>: what is found meanwhile is not touched.</p>
        <p>{action.says}</p>
        {job === null && <Fields id="bulk" fields={action.fields} values={values} onValues={change} />}
        {problem && <ProblemBox problem={problem} />}
        {preview && job === null && (
          <>
            <p role="status"><b>{preview.changes === null ? "Many changes" : count(preview.changes, "change")}</b> for {count(preview.count, noun[0], noun[1])}.{preview.changes === 0 && " All of them are so already."}</p>
            {preview.sample.length > 0 && <Sample sample={preview.sample} />}
          </>
        )}
        {job === null ? (
          <div class="actions">
            <button type="submit" class="primary" disabled={busy || preview?.changes === 0}>{preview ? `${action.label}: make ${preview.changes === null ? "the changes" : count(preview.changes, "change")}` : "Preview"}</button>
            {!preview && <span class="quiet">Nothing is changed by a preview.</span>}
          </div>
        ) : <Working id={job} onDone={() => setFinished(true)} />}
        {finished && <p role="status" class="said">Done.</p>}
        <Ways line={action.line({ ...values, team: choices("teams").find((t) => t.id === values.team)?.name }, word(query))} call={call} />
      </form>
    </Dialog>
  );
}
