// SPDX-License-Identifier: Apache-2.0
// The bar for a query, with suggestions. An error of the server is shown under the very character where reading stopped.

import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../api/client.ts";
import type { Completion } from "../api/types.ts";
import { useCompletion } from "../state/completion.ts";
import { Combobox, type Suggestion } from "./combobox.tsx";
import { Foreign } from "./foreign.tsx";

interface Props {
  /** whose fields are completed; absent: none */
  of?: string;
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

interface Piece extends Suggestion {
  insert: string;
}

function suggestions(answer: Completion | null): Piece[] {
  return (answer?.items ?? []).map((i) => ({ key: `${i.kind} ${i.insert}`, insert: i.insert, label: <Foreign text={i.label} most={60} />, hint: i.hint ? <Foreign text={i.hint} most={60} /> : i.kind }));
}

export function QueryBar({ of, query, label, example, problem, onQuery }: Props) {
  const [text, setText] = useState(query);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    setText(query);
    setAt(null);
  }, [query]);
  const answer = useCompletion(of ?? "", text, of ? at : null);
  const wrong = isQueryProblem(problem);
  const submit = (event: Event) => {
    event.preventDefault();
    setAt(null);
    onQuery(text.trim());
  };
  const pick = (piece: Piece) => {
    if (!answer) return;
    const letters = [...text];
    const head = letters.slice(0, answer.from - 1).join("") + piece.insert;
    const whole = head + letters.slice(answer.to - 1).join("");
    setText(whole);
    setAt([...head].length);
    window.requestAnimationFrame(() => (document.getElementById("query") as HTMLInputElement | null)?.setSelectionRange(head.length, head.length));
  };
  return (
    <form class="query" role="search" onSubmit={submit}>
      <Combobox id="query" label={label} text={text} items={suggestions(answer)} onPick={pick} placeholder={example} wrong={wrong ? "query-problem" : undefined} search
        onText={(t, place) => { setText(t); setAt([...t.slice(0, place)].length); }} />
      <button type="submit">Search</button>
      {query && <button type="button" onClick={() => onQuery("")}>Clear</button>}
      {wrong && <Where query={query} problem={problem} />}
    </form>
  );
}
