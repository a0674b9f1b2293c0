// SPDX-License-Identifier: Apache-2.0
// A form in a dialog that sends one call, and shows beforehand which, as a command line and as a call of the API.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem, send, type Call } from "../api/client.ts";
import { Dialog } from "./dialog.tsx";
import { Fields, type FormField, type Values } from "./fields.tsx";
import { ProblemBox } from "./problem.tsx";
import { Ways } from "./ways.tsx";

interface Props<T> {
  title: string;
  name: string;
  fields: FormField[] | ((values: Values) => FormField[]);
  initial: Values;
  submit: string;
  danger?: boolean;
  call: (values: Values) => Call;
  line: (values: Values) => string | null;
  onDone: (answer: T) => void;
  onClose: () => void;
  lead?: ComponentChildren;
  children?: (values: Values, set: (values: Values) => void) => ComponentChildren;
}

export function FormDialog<T>(p: Props<T>) {
  const [values, setValues] = useState<Values>(p.initial);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const fields = typeof p.fields === "function" ? p.fields(values) : p.fields;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      p.onDone(await send<T>(p.call(values)));
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={p.title} name={p.name} onClose={p.onClose}>
      <form class="form" onSubmit={(e) => void submit(e)}>
        {p.lead}
        <Fields id={p.name} fields={fields} values={values} onValues={setValues} />
        {p.children?.(values, setValues)}
        {problem && <ProblemBox problem={problem} />}
        {problem?.status === 412 && <p>Somebody else changed it meanwhile. Close this, look at what it says now, and change it again.</p>}
        <div class="actions"><button type="submit" class={p.danger ? "danger" : "primary"} disabled={busy}>{busy ? "Wait…" : p.submit}</button></div>
        <Ways line={p.line(values)} call={p.call(values)} />
      </form>
    </Dialog>
  );
}
