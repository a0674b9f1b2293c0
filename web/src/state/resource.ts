// SPDX-License-Identifier: Apache-2.0
// Something the API has, as long as a screen shows it. Old data stays visible while new data is on its way.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { askTagged, Problem, type Tagged } from "../api/client.ts";

export interface Resource<T> {
  data: T | null;
  /** of the version shown, for If-Match */
  tag: string | null;
  /** the path that data answers; another while a new one is on its way */
  of: string | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
}

/** path null: nothing to ask (yet). `again` is any value whose change means: ask once more. */
export function useResource<T>(path: string | null, again: unknown = null): Resource<T> {
  const [state, setState] = useState<{ of: string | null; got: Tagged<T> | null; problem: Problem | null; loading: boolean }>({
    of: null, got: null, problem: null, loading: path !== null,
  });
  const [turn, setTurn] = useState(0);
  const running = useRef<AbortController | null>(null);

  useEffect(() => {
    if (path === null) return;
    const controller = new AbortController();
    running.current = controller;
    setState((s) => ({ ...s, loading: true }));
    askTagged<T>(path, { signal: controller.signal }).then(
      (got) => !controller.signal.aborted && setState({ of: path, got, problem: null, loading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(0, "console", "Something broke in this page.", String(error), null, null);
        setState((s) => ({ ...s, problem, loading: false }));
      },
    );
    return () => controller.abort();
  }, [path, turn, again]);

  const reload = useCallback(() => setTurn((t) => t + 1), []);
  return { data: state.got?.data ?? null, tag: state.got?.tag ?? null, of: state.of, problem: state.problem, loading: state.loading, reload };
}
