// SPDX-License-Identifier: Apache-2.0
// A button that changes something: with a question when it cannot be taken back, otherwise at once, told when done.

import { useState } from "preact/hooks";
import { Problem, send, type Call } from "../api/client.ts";
import { FormDialog } from "./formdialog.tsx";
import { ProblemBox } from "./problem.tsx";

interface Props {
  label: string;
  call: Call;
  line: string | null;
  onDone: (answer: unknown) => void;
  /** asked before it is done */
  asks?: string;
  name?: string;
  primary?: boolean;
  /** asked, but no loss */
  mild?: boolean;
}

export function Action({ label, call, line, onDone, asks, name = "sure", primary, mild = false }: Props) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const now = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onDone(await send(call));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" class={asks && !mild ? "danger" : primary ? "primary" : undefined} disabled={busy} title={line ?? undefined} onClick={() => (asks ? setOpen(true) : void now())}>{label}</button>
      {problem && <ProblemBox problem={problem} />}
      {open && asks && (
        <FormDialog title={`${label}?`} name={name} fields={[]} initial={{}} submit={label} danger={!mild} lead={<p>{asks}</p>} call={() => call} line={() => line}
          onDone={(answer) => { setOpen(false); onDone(answer); }} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
