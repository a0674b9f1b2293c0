// SPDX-License-Identifier: Apache-2.0
// Many links, one stop of the tabulator key: the arrow keys go from one to the next.

import { useRef, useState } from "preact/hooks";

export interface Roving<E extends HTMLElement> {
  ref: preact.RefObject<E>;
  at: number;
  setAt: (at: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** down: how far the keys up and down go; 0: not at all. */
export function useRoving<E extends HTMLElement>(length: number, down = 0, start = 0, across = 1): Roving<E> {
  const [place, setAt] = useState(start);
  const ref = useRef<E>(null);
  const at = Math.min(place, Math.max(0, length - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: across, ArrowLeft: -across, ArrowDown: down, ArrowUp: -down, Home: -length, End: length }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(length - 1, Math.max(0, at + step));
    setAt(next);
    ref.current?.querySelectorAll<HTMLElement>("a")[next]?.focus();
  };
  return { ref, at, setAt, onKeyDown };
}
