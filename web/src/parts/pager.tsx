// SPDX-License-Identifier: Apache-2.0
// Pages by cursor. The server knows only "after this one"; the way back we remember here.

import { useEffect } from "preact/hooks";
import { bindKey } from "../state/keys.ts";

/** The page from which a cursor was reached. */
const cameFrom = new Map<string, string>();

interface Props {
  cursor: string;
  next: string | null;
  shown: number;
  total: number | null;
  noun: [string, string];
  onGo: (cursor: string) => void;
}

export function Pager({ cursor, next, shown, total, noun, onGo }: Props) {
  const forward = () => {
    if (!next) return;
    cameFrom.set(next, cursor);
    onGo(next);
  };
  const back = () => cursor && onGo(cameFrom.get(cursor) ?? "");
  useEffect(() => {
    const undo = [bindKey("n", forward), bindKey("p", back)];
    return () => undo.forEach((f) => f());
  });
  const all = total ?? (cursor || next ? null : shown);
  const one = all === 1 || (all === null && shown === 1);
  return (
    <nav class="pager" aria-label="Pages">
      <p role="status">
        {all !== null && all > shown ? `${shown.toLocaleString("en")} of ${all.toLocaleString("en")}` : shown.toLocaleString("en")} {one ? noun[0] : noun[1]}
      </p>
      {(cursor || next) && (
        <div class="pager-buttons">
          <button type="button" disabled={!cursor} onClick={() => onGo("")}>First</button>
          <button type="button" disabled={!cursor} onClick={back}>Previous <kbd>p</kbd></button>
          <button type="button" disabled={!next} onClick={forward}>Next <kbd>n</kbd></button>
        </div>
      )}
    </nav>
  );
}
