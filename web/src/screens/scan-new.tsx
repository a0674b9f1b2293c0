// SPDX-License-Identifier: Apache-2.0
// Scan now: what to look at and how. The command line below the form says what the button will do.

import { useMemo, useState } from "preact/hooks";
import { ask, Problem, withQuery } from "../api/client.ts";
import type { Scan } from "../api/types.ts";
import { scanCommand, targetsOf } from "../format/shell.ts";
import { count } from "../format/time.ts";
import { Command } from "../parts/command.tsx";
import { Field } from "../parts/field.tsx";
import { Looks } from "../parts/looks.tsx";
import { Page } from "../parts/page.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { go, links, route } from "../router.ts";

const EXAMPLES: [string, string][] = [
  ["local", "this machine: everything that listens here"],
  ["www.example.org", "a name; port 443"],
  ["mail.example.org:25", "a port; STARTTLS is found by itself"],
  ["10.1.0.0/24", "a network"],
  ["[2001:db8::1]:8443", "an IPv6 address"],
  ["imaps://mail.example.org", "a URL"],
];
const STARTTLS = ["auto", "none", "smtp", "imap", "pop3", "ftp", "xmpp", "ldap", "postgres", "mysql", "nntp", "sieve", "irc"];

function number(text: string, otherwise: number): number {
  const n = Number(text);
  return text.trim() !== "" && Number.isFinite(n) && n >= 0 ? n : otherwise;
}

export function ScanNew() {
  const [text, setText] = useState(route.value.query.get("targets") ?? "");
  const [ports, setPorts] = useState("");
  const [look, setLook] = useState("whole");
  const [starttls, setStarttls] = useState("auto");
  const [serverName, setServerName] = useState("");
  const [everyAddress, setEveryAddress] = useState(false);
  const [rate, setRate] = useState("");
  const [timeout, setTimeoutText] = useState("5");
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [wrong, setWrong] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const once = useMemo(() => crypto.getRandomValues(new Uint32Array(4)).join("-"), [text, ports, look, starttls, serverName, everyAddress, rate, timeout]);

  const targets = targetsOf(text);
  const body = {
    targets, ports: ports.trim() || null, starttls, server_name: serverName.trim() || null, all_addresses: everyAddress, look,
    rate: Math.floor(number(rate, 0)), timeout_s: number(timeout, 5),
  };

  const send = async (dry: boolean) => {
    setSaid("");
    setProblem(null);
    if (targets.length === 0) {
      setWrong("At least one target, please: a name, an address, a network, or the word local.");
      document.getElementById("targets")?.focus();
      return;
    }
    setWrong("");
    setBusy(true);
    try {
      const path = withQuery("/scans", { dry_run: dry ? "true" : null });
      const { scan, targets_total } = await ask<{ scan: Scan | null; targets_total?: number | null }>(path, { method: "POST", body, headers: dry ? {} : { "Idempotency-Key": once } });
      if (scan) go(links.scan(scan.id));
      else setSaid(targets_total ? `Good: ${count(targets_total, "endpoint")} to look at.` : "Good: these are targets.");
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Page title="Scan now">
      <p>Connects to each target, reads the certificates it shows, and goes away. Nothing on the other side is changed. Scan only what is yours, or what you may.</p>
      <form class="form wide-form" onSubmit={(e) => { e.preventDefault(); void send(false); }}>
        <div class="scan-columns">
          <div>
            <div class="field">
              <label for="targets">Targets</label>
              <textarea id="targets" rows={6} value={text} spellcheck={false} autocapitalize="none" dir="ltr" data-search aria-invalid={wrong ? true : undefined}
                aria-describedby={wrong ? "targets-hint targets-wrong" : "targets-hint"} onInput={(e) => setText(e.currentTarget.value)} />
              <p class="hint" id="targets-hint">On lines, or with blanks between. {targets.length > 0 && <b>{count(targets.length, "word")} so far.</b>}</p>
              {wrong && <p class="wrong" id="targets-wrong" role="alert">{wrong}</p>}
            </div>
            <Field id="ports" label="Ports" value={ports} onValue={setPorts} placeholder="443" hint="For targets that name none: 443,8443 or 1-1024. Empty: 443." />
          </div>
          <aside class="examples" aria-label="Examples of targets">
            <h2>Examples</h2>
            <ul>
              {EXAMPLES.map(([word, says]) => (
                <li key={word}>
                  <button type="button" class="example" onClick={() => setText((text.trim() ? `${text.trimEnd()}\n` : "") + word)}><code>{word}</code></button>
                  <span>{says}</span>
                </li>
              ))}
            </ul>
          </aside>
        </div>
        <Looks look={look} onLook={setLook} />
        <details class="options">
          <summary>More options</summary>
          <div class="option-grid">
            <div class="field">
              <label for="starttls">STARTTLS</label>
              <select id="starttls" value={starttls} onChange={(e) => setStarttls(e.currentTarget.value)}>{STARTTLS.map((s) => <option key={s} value={s}>{s}</option>)}</select>
              <p class="hint">auto: by the port, and by what the server says.</p>
            </div>
            <Field id="sni" label="Server name" value={serverName} onValue={setServerName} hint="Asked for instead of the target's own." />
            <Field id="rate" label="Rate" type="number" min={0} value={rate} onValue={setRate} placeholder="no limit" hint="New connections a second." />
            <Field id="timeout" label="Timeout" type="number" min={1} max={120} value={timeout} onValue={setTimeoutText} hint="Seconds for one connection." />
            <label class="check"><input type="checkbox" checked={everyAddress} onChange={(e) => setEveryAddress(e.currentTarget.checked)} /> Every address of a name, not only the first</label>
          </div>
        </details>
        {problem && <ProblemBox problem={problem} />}
        <div class="actions start">
          <button type="submit" class="primary" disabled={busy}>{busy ? "Starting…" : "Start the scan"}</button>
          <button type="button" disabled={busy} onClick={() => void send(true)}>Check the targets</button>
          <span role="status" class="said">{said}</span>
        </div>
      </form>
      <Command line={scanCommand({ ...body, targets: targets.length ? targets : ["TARGET"] })} says="the same in a terminal" />
    </Page>
  );
}
