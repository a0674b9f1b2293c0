// SPDX-License-Identifier: Apache-2.0
// The first administrator. The token came with the address that `keepvalid up` printed; it works once.

import { useState } from "preact/hooks";
import { ask, Problem } from "../api/client.ts";
import type { User } from "../api/types.ts";
import { PASSWORD_MIN, strength } from "../format/password.ts";
import { Command } from "../parts/command.tsx";
import { Field } from "../parts/field.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { go, links } from "../router.ts";
import { entered } from "../state/session.ts";

function StrengthLine({ password, name }: { password: string; name: string }) {
  const s = strength(password, name);
  return (
    <span class="strength">
      <meter min={0} max={4} low={2} high={3} optimum={4} value={s.level} aria-label="Strength of the password" />
      <span aria-live="polite"><b>{password ? s.label : ""}</b> {s.hint}</span>
    </span>
  );
}

export function WithoutToken() {
  return (
    <Page title="Set up Keepvalid">
      <p>Nobody is the administrator yet. To make sure that it will be you, open the address that Keepvalid printed when it started: it ends in a
        token that works once.</p>
      <p>Lost it? Start Keepvalid again; it prints a new one.</p>
      <Command line="keepvalid up" />
    </Page>
  );
}

export function Setup({ token }: { token: string }) {
  const [name, setName] = useState("admin");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const short = [...password].length < PASSWORD_MIN ? `At least ${PASSWORD_MIN} characters.` : null;
  const different = password !== again ? "The two are not the same." : null;

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || short || different) {
      document.getElementById(!name.trim() ? "name" : short ? "password" : "again")?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const { user } = await ask<{ user: User }>("/setup", { method: "POST", body: { token, name: name.trim(), password }, anonymous: true });
      go(links.overview(), true);
      entered(user);
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };

  return (
    <Page title="Set up Keepvalid">
      <p>You are the first here. Choose how you log in; you will be the administrator. There is no default password.</p>
      <form class="form" onSubmit={submit} noValidate>
        <Field id="name" label="Name" value={name} onValue={setName} autocomplete="username" required maxLength={64} wrong={tried && !name.trim() ? "A name, please." : null} />
        <Field id="password" label="Password" type="password" value={password} onValue={setPassword} autocomplete="new-password" required
          hint={<StrengthLine password={password} name={name} />} wrong={tried ? short : null} />
        <Field id="again" label="Password again" type="password" value={again} onValue={setAgain} autocomplete="new-password" required wrong={tried || (again.length >= password.length && again) ? different : null} />
        {problem && <ProblemBox problem={problem} />}
        <button type="submit" class="primary" disabled={busy}>{busy ? "Setting up…" : "Set up and log in"}</button>
      </form>
    </Page>
  );
}
