// SPDX-License-Identifier: Apache-2.0
// Forms as data: a row a field, so that editing a team, a rule, a source or a selection is the same code.

import { plain } from "../format/names.ts";
import { targetsOf } from "../format/shell.ts";
import { CRITICALITY_ORDER } from "../format/words.ts";
import { choices } from "../state/choices.ts";
import { Field } from "./field.tsx";

export type FieldKind = "text" | "area" | "words" | "tags" | "number" | "check" | "choice" | "team" | "service" | "criticality" | "date";
export interface FormField {
  name: string;
  label: string;
  kind: FieldKind;
  hint?: string;
  required?: boolean;
  placeholder?: string;
  choices?: [string, string][];
}
export type Values = Record<string, unknown>;

interface Props {
  id: string;
  fields: FormField[];
  values: Values;
  onValues: (values: Values) => void;
}

function options(field: FormField): [string, string][] {
  if (field.kind === "criticality") return [["", "not said"], ...CRITICALITY_ORDER.map((c): [string, string] => [c, c])];
  if (field.kind === "team") return [["", "nobody"], ...choices("teams").map((t): [string, string] => [t.id, plain(t.name)])];
  if (field.kind === "service") return [["", "none"], ...choices("services").map((t): [string, string] => [t.id, plain(t.name)])];
  return field.choices ?? [];
}

const text = (value: unknown) => (value === null || value === undefined ? "" : Array.isArray(value) ? value.join(" ") : String(value));

function Select({ id, field, value, onValue }: { id: string; field: FormField; value: string; onValue: (v: string) => void }) {
  const list = options(field);
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <select id={id} value={value} required={field.required} aria-describedby={field.hint ? `${id}-hint` : undefined} onChange={(e) => onValue(e.currentTarget.value)}>
        {!list.some(([v]) => v === value) && value !== "" && <option value={value}>{value}</option>}
        {list.map(([v, label]) => <option key={v} value={v} selected={v === value}>{label}</option>)}
      </select>
      {field.hint && <p class="hint" id={`${id}-hint`}>{field.hint}</p>}
    </div>
  );
}

function Area({ id, field, value, onValue }: { id: string; field: FormField; value: string; onValue: (v: string) => void }) {
  return (
    <div class={field.kind === "area" ? "field whole" : "field"}>
      <label for={id}>{field.label}</label>
      <textarea id={id} rows={field.kind === "words" ? 2 : 3} value={value} required={field.required} placeholder={field.placeholder} maxLength={20_000} spellcheck={field.kind === "area"} dir="auto" aria-describedby={field.hint ? `${id}-hint` : undefined}
        onInput={(e) => onValue(e.currentTarget.value)} />
      {field.hint && <p class="hint" id={`${id}-hint`}>{field.hint}</p>}
    </div>
  );
}

export function Fields({ id, fields, values, onValues }: Props) {
  if (fields.length === 0) return null;
  return (
    <div class="form-fields">
      {fields.map((field) => {
        const at = `${id}-${field.name}`;
        const set = (value: unknown) => onValues({ ...values, [field.name]: value });
        const value = values[field.name];
        if (field.kind === "check")
          return <label key={at} class="check"><input type="checkbox" id={at} checked={value === true} onChange={(e) => set(e.currentTarget.checked)} /><span>{field.label}{field.hint && <span class="hint"> {field.hint}</span>}</span></label>;
        if (field.kind === "area" || field.kind === "words") return <Area key={at} id={at} field={field} value={text(value)} onValue={set} />;
        if (["choice", "team", "service", "criticality"].includes(field.kind)) return <Select key={at} id={at} field={field} value={text(value)} onValue={set} />;
        return <Field key={at} id={at} label={field.label} value={text(value)} onValue={set} hint={field.hint} required={field.required} placeholder={field.placeholder} type={field.kind === "number" ? "number" : field.kind === "date" ? "date" : "text"} />;
      })}
    </div>
  );
}

/** What was written as what the API takes: words as a list, numbers as numbers, nothing as null. */
export function bodyOf(fields: FormField[], values: Values): Values {
  const out: Values = {};
  for (const f of fields) {
    const value = values[f.name];
    if (f.kind === "check") out[f.name] = value === true;
    else if (f.kind === "words" || f.kind === "tags") out[f.name] = Array.isArray(value) ? value : targetsOf(text(value));
    else if (f.kind === "number") out[f.name] = text(value).trim() === "" ? null : Number(value);
    else out[f.name] = text(value).trim() || null;
  }
  return out;
}

/** Only what differs from before. */
export function changed(before: Values, after: Values): Values {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key] ?? null)));
}
