// SPDX-License-Identifier: Apache-2.0
// How a query could go on, asked of the server a moment after the last letter; answers that come late are dropped.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask, withQuery } from "../api/client.ts";
import type { Completion } from "../api/types.ts";

const PAUSE_MS = 120;

export function useCompletion(of: string, text: string, at: number | null): Completion | null {
  const [answer, setAnswer] = useState<Completion | null>(null);
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    if (at === null) {
      setAnswer(null);
      return;
    }
    const timer = window.setTimeout(() => {
      ask<Completion>(withQuery("/complete", { text, at: at + 1, of })).then(
        (got) => mine === turn.current && setAnswer(got),
        () => mine === turn.current && setAnswer(null),
      );
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [of, text, at]);
  return answer;
}
