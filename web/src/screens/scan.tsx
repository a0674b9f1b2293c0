// SPDX-License-Identifier: Apache-2.0
// One scan: how far it is, what came of its targets, and its records as they come.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Problem } from "../api/client.ts";
import { changes, connected, scans } from "../api/events.ts";
import type { Scan as Data } from "../api/types.ts";
import { plain } from "../format/names.ts";
import { command } from "../format/shell.ts";
import { count, elapsed, exact } from "../format/time.ts";
import { OUTCOME_ORDER, outcomeWord, scanStateWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Loaded, Page, Section } from "../parts/page.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { Records } from "../parts/records.tsx";
import { KEPT, RecordsReader, type RecordsRead } from "../state/records.ts";
import { When } from "../parts/when.tsx";
import { links, route, to } from "../router.ts";
import { now } from "../state/clock.ts";
import { useResource } from "../state/resource.ts";

const POLL_MS = 1500;
const COMMAND_MOST = 50; // targets, else they belong in a file

const over = (scan: Data) => scan.state !== "running" && scan.state !== "waiting";

/** The scan as the server last told: by event, or by asking when events do not come. */
function useScan(id: string) {
  const [turn, setTurn] = useState(0);
  const asked = useResource<{ scan: Data }>(`/scans/${encodeURIComponent(id)}`, `${turn} ${changes.value} ${connected.value}`);
  const first = asked.data?.scan ?? null;
  const heard = scans.value[id];
  const scan = heard && (!first || heard.targets_done >= first.targets_done) && !(first && over(first) && !over(heard)) ? heard : first;
  const running = scan ? !over(scan) : false;
  useEffect(() => {
    if (!running || connected.value) return;
    const timer = window.setInterval(() => setTurn((t) => t + 1), POLL_MS);
    return () => window.clearInterval(timer);
  }, [running, connected.value]);
  return { asked, scan, again: () => setTurn((t) => t + 1) };
}

function useRecords(id: string, progress: string): RecordsRead {
  const [read, setRead] = useState<RecordsRead>({ records: [], problem: null, cut: false });
  const reader = useRef<RecordsReader | null>(null);
  useEffect(() => {
    const mine = new RecordsReader(id, setRead);
    reader.current = mine;
    return () => mine.end();
  }, [id]);
  useEffect(() => reader.current?.more(), [id, progress]);
  return read;
}

function Counters({ scan, chosen }: { scan: Data; chosen: string }) {
  const known = OUTCOME_ORDER.filter((o) => scan.outcomes[o]);
  const others = Object.keys(scan.outcomes).filter((o) => !OUTCOME_ORDER.includes(o));
  const all = [...known, ...others];
  if (all.length === 0) return <p class="quiet">No target has answered yet.</p>;
  return (
    <ul class="counters" aria-label="Outcomes">
      {all.map((o) => {
        const word = outcomeWord(o);
        return (
          <li key={o}>
            <a class={`counter ${word.tone}`} href={to(["scans", scan.id], { outcome: chosen === o ? null : o })} aria-current={chosen === o ? "true" : undefined} title={word.why}>
              <b>{(scan.outcomes[o] ?? 0).toLocaleString("en")}</b> <span>{word.label}</span>
            </a>
          </li>
        );
      })}
      <li><a class="counter" href={links.certificates("", "-first_seen")}><b>{scan.new_certificates.toLocaleString("en")}</b> <span>new {scan.new_certificates === 1 ? "certificate" : "certificates"}</span></a></li>
    </ul>
  );
}

function progressText(scan: Data): string {
  const done = scan.targets_done.toLocaleString("en");
  const of = scan.targets_total === null ? "" : ` of ${scan.targets_total.toLocaleString("en")}`;
  if (scan.state === "waiting") return "Waiting for its turn.";
  if (scan.state === "running") return `${done}${of} targets looked at.`;
  return `${scan.state === "done" ? "Done" : scan.state === "stopped" ? "Stopped" : "Failed"}: ${done}${of} ${of === "" && scan.targets_done === 1 ? "target" : "targets"}, ${count(scan.new_certificates, "new certificate")}.`;
}

/** Said aloud, but only every few seconds: nobody can listen to every target. */
function Aloud({ text }: { text: string }) {
  const [said, setSaid] = useState(text);
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = window.setInterval(() => setSaid(latest.current), 4000);
    return () => window.clearInterval(timer);
  }, []);
  return <p class="unseen" role="status">{/^\d/.test(text) ? said : text}</p>;
}

function Running({ scan, again }: { scan: Data; again: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [stopping, setStopping] = useState(false);
  const stop = async () => {
    setStopping(true);
    try {
      await ask(`/scans/${encodeURIComponent(scan.id)}`, { method: "DELETE" });
      again();
    } catch (error) {
      setProblem(error as Problem);
      setStopping(false);
    }
  };
  const text = progressText(scan);
  return (
    <div class="progress">
      <Badge word={scanStateWord(scan.state)} />
      <progress max={scan.targets_total ?? undefined} value={over(scan) ? (scan.targets_total ?? scan.targets_done) || 1 : scan.targets_total ? scan.targets_done : undefined} aria-label="Progress of the scan" />
      <span class="progress-text">{text} {scan.started_at && <span class="quiet">in {elapsed(scan.started_at, scan.ended_at, now.value)}</span>}</span>
      {!over(scan) && <button type="button" class="danger" disabled={stopping} onClick={() => void stop()}>{stopping ? "Stopping…" : "Stop"}</button>}
      <Aloud text={text} />
      {scan.detail && <p class="quiet"><Foreign text={scan.detail} /></p>}
      {problem && <ProblemBox problem={problem} />}
    </div>
  );
}

function Shown({ scan, again }: { scan: Data; again: () => void }) {
  const chosen = route.value.query.get("outcome") ?? "";
  const { records, problem, cut } = useRecords(scan.id, `${scan.targets_done} ${scan.state}`);
  const wanted = chosen ? records.filter((r) => r.outcome === chosen) : records;
  return (
    <>
      <p class="scan-of">
        {scan.targets.slice(0, 8).map((t, i) => <span key={i} class="word"><Foreign text={t} most={60} /></span>)}
        {scan.targets.length > 8 && <span class="quiet"> and {count(scan.targets.length - 8, "other")}</span>}
        <span class="quiet"> · asked for <When time={scan.created_at} />{scan.by && <> by <Foreign text={scan.by} most={40} /></>} · {exact(scan.created_at)} · number {scan.id}</span>
      </p>
      <Running scan={scan} again={again} />
      <Counters scan={scan} chosen={chosen} />
      <Section title="Records" id="records" aside={chosen ? <a href={links.scan(scan.id)}>Show all outcomes</a> : <span class="quiet">one for each target</span>}>
        {problem && <ProblemBox problem={problem} />}
        <Records records={wanted} running={!over(scan)} />
        {cut && <p class="quiet">Only the first {KEPT.toLocaleString("en")} are shown here. All: <a href={links.endpoints()}>endpoints</a>.</p>}
      </Section>
      {over(scan) && (
        <p class="next-links">
          <a class="button" href={links.certificates("", "-first_seen")}>The newest certificates</a>
          <a class="button" href={links.overview()}>Overview</a>
          <a class="button" href={links.newScan(scan.targets.join(" "))}>Scan again</a>
        </p>
      )}
      {scan.targets.length <= COMMAND_MOST && <Command line={command("scan", ...scan.targets, "--save")} says="the same in a terminal" />}
    </>
  );
}

export function Scan({ id }: { id: string }) {
  const { asked, scan, again } = useScan(id);
  const first = scan?.targets[0];
  const more = scan && scan.targets.length > 1 ? ` and ${count(scan.targets.length - 1, "other")}` : "";
  return (
    <Page title={first ? `Scan of ${plain(first).slice(0, 60)}${more}` : "Scan"} heading={first ? <>Scan of <Foreign text={first} most={60} />{more}</> : "Scan"}>
      <Loaded from={{ ...asked, data: scan ?? null }} what="the scan">{(data) => <Shown key={data.id} scan={data} again={again} />}</Loaded>
    </Page>
  );
}
