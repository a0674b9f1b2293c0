// SPDX-License-Identifier: Apache-2.0
// The rows that are ticked, over all pages of one query. Another query starts afresh.

import { useEffect, useState } from "preact/hooks";

export interface TickState {
  ids: string[];
  count: number;
  has: (id: string) => boolean;
  set: (ids: string[], on: boolean) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useTicks(query: string): TickState {
  const [ticked, setTicked] = useState(NONE);
  useEffect(() => setTicked(NONE), [query]);
  return {
    ids: [...ticked], count: ticked.size, has: (id) => ticked.has(id), clear: () => setTicked(NONE),
    set: (ids, on) => setTicked((before) => {
      const next = new Set(before);
      for (const id of ids) if (on) next.add(id); else next.delete(id);
      return next;
    }),
  };
}
