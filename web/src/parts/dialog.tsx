// SPDX-License-Identifier: Apache-2.0
// A dialog: it takes the focus, Escape closes it, and the focus goes back to where it was.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  name: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, name, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // Where one begins to write, not the button that closes.
    dialog.current?.querySelector<HTMLElement>("form input, form select, form textarea")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class={name} aria-labelledby={`${name}-title`} onClose={onClose}>
      <div class="section-head">
        <h2 id={`${name}-title`}>{title}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
      {children}
    </dialog>
  );
}
