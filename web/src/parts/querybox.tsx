// SPDX-License-Identifier: Apache-2.0
// The box for a query. An error of the server is shown under the very character where reading stopped.

import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/client.ts";
import { Foreign } from "./foreign.tsx";

interface Props {
  query: string;
  label: string;
  example: string;
  problem: Problem | null;
  onQuery: (query: string) => void;
}

/** Whether the query itself is what is wrong. */
export function isQueryProblem(problem: Problem | null): problem is Problem {
  return problem !== null && problem.status === 400 && (problem.column !== null || problem.code.includes("query"));
}

function Where({ query, problem }: { query: string; problem: Problem }) {
  const letters = [...query];
  const at = Math.min(Math.max((problem.column ?? letters.length + 1) - 1, 0), letters.length);
  return (
    <div class="query-problem" id="query-problem" role="alert">
      {problem.column !== null && (
        <pre dir="ltr" aria-hidden="true">
          {letters.slice(0, at).join("")}
          <mark>{letters[at] ?? " "}</mark>
          {letters.slice(at + 1).join("")}
        </pre>
      )}
      <p>{problem.column !== null && `Column ${problem.column}: `}<Foreign text={problem.detail.replace(/^.*?column \d+: /, "")} /></p>
      {problem.hint && <p class="quiet"><Foreign text={problem.hint} /></p>}
    </div>
  );
}

export function QueryBox({ query, label, example, problem, onQuery }: Props) {
  const [text, setText] = useState(query);
  useEffect(() => setText(query), [query]);
  const wrong = isQueryProblem(problem);
  const submit = (event: Event) => {
    event.preventDefault();
    onQuery(text.trim());
  };
  return (
    <form class="query" role="search" onSubmit={submit}>
      <label class="unseen" for="query">{label}</label>
      <input
        id="query" type="search" value={text} placeholder={example} autocomplete="off" spellcheck={false} maxLength={2000} dir="auto"
        aria-invalid={wrong} aria-describedby={wrong ? "query-problem" : undefined} data-search
        onInput={(e) => setText(e.currentTarget.value)}
      />
      <button type="submit">Search</button>
      {query && <button type="button" onClick={() => onQuery("")}>Clear</button>}
      {wrong && <Where query={query} problem={problem} />}
    </form>
  );
}
