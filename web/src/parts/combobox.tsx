// SPDX-License-Identifier: Apache-2.0
// A text box with suggestions, after the combobox pattern of the ARIA practices: the focus stays in the box, the arrow
// keys walk the list, Enter takes what is marked, Escape closes.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface Suggestion {
  key: string;
  label: ComponentChildren;
  hint?: ComponentChildren;
}

interface Props<S extends Suggestion> {
  id: string;
  label: string;
  text: string;
  onText: (text: string, at: number) => void;
  items: S[];
  onPick: (item: S) => void;
  /** the first suggestion is marked by itself, so that Enter takes it */
  eager?: boolean;
  placeholder?: string;
  wrong?: string;
  search?: boolean;
  onEscape?: () => void;
}

export function Combobox<S extends Suggestion>(p: Props<S>) {
  const [shut, setShut] = useState(true);
  const [marked, setMarked] = useState(p.eager ? 0 : -1);
  const open = !shut && p.items.length > 0;
  const names = p.items.map((i) => i.key).join("\n");
  useEffect(() => setMarked(p.eager ? 0 : -1), [names]);
  useEffect(() => document.getElementById(`${p.id}-${marked}`)?.scrollIntoView({ block: "nearest" }), [marked]);
  const pick = (item: S) => {
    p.onPick(item);
    setMarked(p.eager ? 0 : -1);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && p.items.length > 0) {
      event.preventDefault();
      setShut(false);
      setMarked((m) => (m + step + p.items.length + (m < 0 && step < 0 ? 1 : 0)) % p.items.length);
    } else if (event.key === "Enter" && open && p.items[marked]) {
      event.preventDefault();
      pick(p.items[marked]!);
    } else if (event.key === "Escape" && open && !p.eager) {
      event.preventDefault();
      event.stopPropagation();
      setShut(true);
    } else if (event.key === "Enter") setShut(true);
  };
  const told = (e: { currentTarget: HTMLInputElement }) => p.onText(e.currentTarget.value, e.currentTarget.selectionStart ?? e.currentTarget.value.length);
  return (
    <div class="combobox">
      <label class="unseen" for={p.id}>{p.label}</label>
      <input
        id={p.id} type="search" role="combobox" value={p.text} placeholder={p.placeholder} autocomplete="off" spellcheck={false} autocapitalize="none" maxLength={2000} dir="auto"
        aria-expanded={open} aria-controls={`${p.id}-list`} aria-autocomplete="list" aria-activedescendant={open && marked >= 0 ? `${p.id}-${marked}` : undefined}
        aria-invalid={p.wrong ? true : undefined} aria-describedby={p.wrong} data-search={p.search ? true : undefined}
        onInput={(e) => { setShut(false); told(e); }} onFocus={(e) => { if (p.eager) setShut(false); told(e); }} onBlur={() => setShut(true)} onKeyDown={onKey}
      />
      <ul class="suggestions" id={`${p.id}-list`} role="listbox" aria-label="Suggestions" hidden={!open}>
        {open && p.items.map((item, i) => (
          <li key={item.key} id={`${p.id}-${i}`} role="option" aria-selected={i === marked} onPointerDown={(e) => { e.preventDefault(); pick(item); }}>
            <span class="suggestion-label">{item.label}</span>
            {item.hint && <span class="suggestion-hint">{item.hint}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
