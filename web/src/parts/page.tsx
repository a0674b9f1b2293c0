// SPDX-License-Identifier: Apache-2.0
// The frame of a screen: its title (also the window's), what can be done, and its states while data is not there.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Resource } from "../state/resource.ts";
import { ProblemBox } from "./problem.tsx";

interface Props {
  title: string;
  heading?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, heading, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Keepvalid`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <h1 id="title" tabIndex={-1}>{heading ?? title}</h1>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

export function Loading({ what }: { what: string }) {
  return <p class="loading" role="status"><span class="spinner" aria-hidden="true" />Loading {what}…</p>;
}

/** Shows children once the data is there; before that, why it is not. */
export function Loaded<T>({ from, what, children }: { from: Resource<T>; what: string; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {from.problem && <ProblemBox problem={from.problem} again={from.reload} />}
      {from.data ? children(from.data) : from.loading && <Loading what={what} />}
    </>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Section({ title, id, aside, children }: { title: string; id: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {aside && <div class="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
