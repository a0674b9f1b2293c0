// SPDX-License-Identifier: Apache-2.0
// Name and password, and then back to where one wanted to go.

import { useState } from "preact/hooks";
import { ask, Problem } from "../api/client.ts";
import type { User } from "../api/types.ts";
import { Field } from "../parts/field.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { go, links, route } from "../router.ts";
import { entered } from "../state/session.ts";

export function Login({ ended }: { ended: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { user } = await ask<{ user: User }>("/sessions", { method: "POST", body: { name: name.trim(), password }, anonymous: true });
      if (["login", "setup"].includes(route.value.path[0] ?? "")) go(links.overview(), true);
      entered(user);
    } catch (error) {
      setProblem(error as Problem);
      setPassword("");
      setBusy(false);
      document.getElementById("password")?.focus();
    }
  };

  return (
    <Page title="Log in">
      {ended && !problem && <p role="status">Your session has ended. Log in to go on where you were.</p>}
      <form class="form" onSubmit={submit}>
        <Field id="name" label="Name" value={name} onValue={setName} autocomplete="username" required maxLength={64} />
        <Field id="password" label="Password" type="password" value={password} onValue={setPassword} autocomplete="current-password" required />
        {problem && <ProblemBox problem={problem} />}
        <button type="submit" class="primary" disabled={busy}>{busy ? "Logging in…" : "Log in"}</button>
      </form>
    </Page>
  );
}
