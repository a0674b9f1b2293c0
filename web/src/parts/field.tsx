// SPDX-License-Identifier: Apache-2.0
// A labelled input with its hint. The hint is read out with the field.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface Props {
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "password" | "number" | "date";
  autocomplete?: string;
  hint?: ComponentChildren;
  wrong?: string | null;
  required?: boolean;
  min?: number;
  max?: number;
  maxLength?: number;
  placeholder?: string;
}

export function Field(p: Props) {
  const [shown, setShown] = useState(false);
  const secret = p.type === "password";
  const described = [p.hint && `${p.id}-hint`, p.wrong && `${p.id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={p.id}>{p.label}</label>
      <div class="field-row">
        <input
          id={p.id} name={p.id} type={secret && shown ? "text" : (p.type ?? "text")} value={p.value} required={p.required} min={p.min} max={p.max}
          maxLength={p.maxLength ?? 1024} autocomplete={p.autocomplete ?? "off"} placeholder={p.placeholder} spellcheck={false} autocapitalize="none"
          aria-describedby={described || undefined} aria-invalid={p.wrong ? true : undefined} onInput={(e) => p.onValue(e.currentTarget.value)}
        />
        {secret && (
          <button type="button" aria-pressed={shown} aria-label={`Show ${p.label.toLowerCase()}`} onClick={() => setShown(!shown)}>{shown ? "Hide" : "Show"}</button>
        )}
      </div>
      {p.hint && <p class="hint" id={`${p.id}-hint`}>{p.hint}</p>}
      {p.wrong && <p class="wrong" id={`${p.id}-wrong`}>{p.wrong}</p>}
    </div>
  );
}
