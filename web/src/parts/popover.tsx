// SPDX-License-Identifier: Apache-2.0
// A button that opens a small box under itself. Escape and a click elsewhere close it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface Props {
  label: ComponentChildren;
  name: string;
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, name, children }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => !box.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("pointerdown", away);
    document.addEventListener("focusin", away);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("focusin", away);
    };
  }, [open]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="popover" ref={box} onKeyDown={onKey}>
      <button type="button" ref={button} aria-expanded={open} aria-controls={`${name}-box`} onClick={() => setOpen(!open)}>{label}<Icon name="down" /></button>
      {open && <div class="popover-box" id={`${name}-box`} role="group" aria-label={name}>{children(() => setOpen(false))}</div>}
    </div>
  );
}
