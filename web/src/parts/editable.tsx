// SPDX-License-Identifier: Apache-2.0
// The facts of a thing that people wrote, with an Edit button: shown as a list, changed in a dialog against the version
// that was looked at.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { bodyOf, changed, type FormField, type Values } from "./fields.tsx";
import { FormDialog } from "./formdialog.tsx";

interface Props {
  name: string;
  title: string;
  path: string;
  tag: string | null;
  fields: FormField[];
  values: Values;
  rows: [string, ComponentChildren][];
  line: (changes: Values) => string | null;
  onChange: () => void;
}

export function Editable({ name, title, path, tag, fields, values, rows, line, onChange }: Props) {
  const [editing, setEditing] = useState(false);
  const difference = (v: Values) => changed(values, bodyOf(fields, v));
  return (
    <>
      <dl class="about">{rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
      <button type="button" onClick={() => setEditing(true)}>Edit</button>
      {editing && (
        <FormDialog title={title} name={name} fields={fields} initial={values} submit="Save" call={(v) => ({ method: "PATCH", path, body: difference(v), tag })} line={(v) => line(difference(v))}
          onClose={() => setEditing(false)} onDone={() => { setEditing(false); onChange(); }} />
      )}
    </>
  );
}
