// SPDX-License-Identifier: Apache-2.0
// Where discovery looks, when, and what came of it.

import { useState } from "preact/hooks";
import { changes } from "../api/events.ts";
import type { Source as Data, SourceRun } from "../api/types.ts";
import { scheduleText } from "../format/schedule.ts";
import { command } from "../format/shell.ts";
import { count } from "../format/time.ts";
import { nameOf, OUTCOME_ORDER, outcomeWord, scanStateWord } from "../format/words.ts";
import { Action } from "../parts/action.tsx";
import { Badge } from "../parts/badge.tsx";
import { said } from "../parts/bulkdialog.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { ListOf, type ListSpec } from "../parts/listing.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { SourceForm } from "../parts/sourceform.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { go, links } from "../router.ts";
import { useResource } from "../state/resource.ts";

/** What it found, by scope. */
const foundBy = (s: Data) => links.discovery("coverage", { source: s.id });

function Run({ run }: { run: SourceRun | null }) {
  if (!run) return <span class="quiet">never</span>;
  return <><Badge word={scanStateWord(run.state)} href={run.scan ? links.scan(run.scan) : undefined} /> <When time={run.ended_at ?? run.started_at} /></>;
}

const LIST: ListSpec<Data> = {
  path: "sources", noun: ["source", "sources"], rowKey: (s) => s.id, href: (s) => links.source(s.id), says: ["source", "list"],
  empty: <Empty title="No source yet."><p>A source is a place to look again and again: a network, DNS zones, names, this machine, transparency logs. What is new, changed or gone there is told by itself.</p></Empty>,
  columns: [
    { name: "name", title: "Source", class: "wide", cell: (s) => <><a class="row-link" href={links.source(s.id)}><Foreign text={s.name} most={60} /></a>{s.demo && <span class="tag">demo</span>}</> },
    { name: "kind", title: "Kind", cell: (s) => nameOf("source", s.kind) },
    { name: "schedule", title: "When", cell: (s) => scheduleText(s.schedule) },
    { name: "last", title: "Last run", cell: (s) => <Run run={s.last_run} /> },
    { name: "next", title: "Next run", cell: (s) => (s.schedule.paused ? <span class="quiet">paused</span> : <When time={s.next_run_at} />) },
    { name: "found", title: "Found", class: "number", cell: (s) => <a href={foundBy(s)}>{s.found.toLocaleString("en")}</a> },
  ],
};

export function SourceList() {
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div class="list-tools"><button type="button" class="primary" onClick={() => setAdding(true)}>New source</button><a class="button" href={links.newScan()}>Scan once</a><a class="button" href={links.scans()}>Scans so far</a></div>
      <ListOf spec={LIST} title="Sources" />
      {adding && <SourceForm source={null} onClose={() => setAdding(false)} onDone={(s) => go(links.source(s.id))} />}
    </>
  );
}

function Outcomes({ run }: { run: SourceRun }) {
  const known = OUTCOME_ORDER.filter((o) => run.outcomes?.[o]);
  if (known.length === 0) return <span class="quiet">–</span>;
  return <span class="badges">{known.map((o) => <Badge key={o} word={{ ...outcomeWord(o), label: `${run.outcomes[o]} ${outcomeWord(o).label}` }} href={run.scan ? `${links.scan(run.scan)}?outcome=${o}` : undefined} />)}</span>;
}

const runs = (id: string): ListSpec<SourceRun> => ({
  path: `sources/${id}/runs`, noun: ["run", "runs"], rowKey: (r) => r.id, href: (r) => (r.scan ? links.scan(r.scan) : null), empty: <Empty title="It has not run yet." />,
  columns: [
    { name: "state", title: "Run", cell: (r) => <><Badge word={scanStateWord(r.state)} href={r.scan ? links.scan(r.scan) : undefined} /> {r.detail && <Foreign text={r.detail} most={80} />}</> },
    { name: "started", title: "Began", cell: (r) => <When time={r.started_at} /> },
    { name: "targets", title: "Targets", class: "number", cell: (r) => (r.scan ? <a href={links.scan(r.scan)}>{r.targets.toLocaleString("en")}</a> : r.targets.toLocaleString("en")) },
    { name: "outcomes", title: "Outcomes", class: "wide", cell: (r) => <Outcomes run={r} /> },
    ...(["new", "changed", "gone"] as const).map((kind) => ({
      name: kind, title: kind.charAt(0).toUpperCase() + kind.slice(1), class: "number",
      cell: (r: SourceRun) => <a href={links.discovery("new", { kind, since: r.started_at })}>{(kind === "new" ? r.new_certificates : r[kind]).toLocaleString("en")}</a>,
    })),
  ],
});

function Shown({ source, tag, reload }: { source: Data; tag: string | null; reload: () => void }) {
  const [editing, setEditing] = useState(false);
  const paused = source.schedule.paused;
  const path = `/sources/${source.id}`;
  return (
    <>
      <p class="sentence">{nameOf("source", source.kind)}, {scheduleText(source.schedule)}.{source.running && " It runs now."} It has found <a href={foundBy(source)}>{count(source.found, "certificate")}</a>{source.next_run_at && !paused && <>; it runs again <When time={source.next_run_at} /></>}.</p>
      <div class="actions">
        <Action label="Run now" primary call={{ method: "POST", path: `${path}/run` }} line={command("source", "run", source.name)} onDone={() => changes.value++} />
        <Action label={paused ? "Go on" : "Pause"} call={{ method: "PATCH", path, body: { schedule: { ...source.schedule, paused: !paused } }, tag }} line={command("source", "edit", source.name, paused ? "--resume" : "--pause")} onDone={reload} />
        <button type="button" onClick={() => setEditing(true)}>Edit</button>
        <Action label="Remove" name="source-remove" call={{ method: "DELETE", path, tag }} line={command("source", "rm", source.name)} asks="It looks no more. What it found stays in the inventory." onDone={() => go(links.discovery("sources"))} />
      </div>
      <Section title="What it looks at" id="options">
        <dl class="about">{Object.entries(source.options).map(([key, v]) => <div key={key}><dt>{key.replace(/_/g, " ")}</dt><dd><Foreign text={said(v)} otherwise="–" /></dd></div>)}</dl>
      </Section>
      <Section title="Runs" id="runs"><ListOf spec={runs(source.id)} title="Runs" /></Section>
      <Ways line={command("source", "show", source.name)} call={{ method: "GET", path }} />
      {editing && <SourceForm source={source} tag={tag} onClose={() => setEditing(false)} onDone={() => { setEditing(false); reload(); }} />}
    </>
  );
}

export function Source({ id }: { id: string }) {
  const got = useResource<Data>(`/sources/${encodeURIComponent(id)}`, changes.value);
  return (
    <Page title="Source" heading={got.data ? <Foreign text={got.data.name} most={100} /> : "Source"} actions={<a class="button" href={links.discovery("sources")}>All sources</a>}>
      <Loaded from={got} what="the source">{(data) => <Shown source={data} tag={got.tag} reload={got.reload} />}</Loaded>
    </Page>
  );
}
