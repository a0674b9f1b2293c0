// SPDX-License-Identifier: Apache-2.0
// Am I safe, and what needs me now? The overview itself is one small answer; what is beside it comes after, on its own.

import { useState } from "preact/hooks";
import { withQuery } from "../api/client.ts";
import { changes, newest } from "../api/events.ts";
import type { Change, List, Need, Overview as Data, Scan, Timeline } from "../api/types.ts";
import { terms, week } from "../format/query.ts";
import { headline } from "../format/sentence.ts";
import { command } from "../format/shell.ts";
import { addDays, count, exact } from "../format/time.ts";
import { changeWord, scanStateWord, severityWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Coverage } from "../parts/coverage.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Loaded, Page, Section } from "../parts/page.tsx";
import { Ways } from "../parts/ways.tsx";
import { Weeks, WeeksLegend } from "../parts/weeks.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";

const SHOWN_WITHOUT_DATA = "Overview";
const DAY_MS = 86_400_000;
const NEW_DAYS = 7;
const FEW = 4;

function Headline({ data }: { data: Data }) {
  const [active, proven, needs] = headline(data.headline);
  const h = data.headline;
  return (
    <span class="headline">
      <a href={links.certificates(terms.active)}>{active}</a>{" "}
      <a href={links.certificates(terms.proven)}>{proven}</a>{" "}
      <a href="#/" class={h.need_you > 0 ? "needs" : "calm"} onClick={jump}>{needs}</a>
    </span>
  );
}

/** To the list further down; the address stays. */
function jump(event: Event): void {
  event.preventDefault();
  const list = document.getElementById("needs");
  list?.scrollIntoView({ block: "start" });
  (list?.parentElement?.parentElement?.querySelector("a.row-link") as HTMLElement | null)?.focus();
}

function NeedRow({ need }: { need: Need }) {
  return (
    <li class={`need ${need.severity}`}>
      <Badge word={severityWord(need.severity)} />
      <div class="need-text">
        <a class="row-link" href={links.certificate(need.certificate)}><Foreign text={need.name} most={90} /></a>
        <span class="need-why"><Foreign text={need.why} /></span>
      </div>
      <span class="need-when" title={exact(need.not_after)}><When time={need.not_after} /></span>
    </li>
  );
}

function Needs({ needs, total }: { needs: Need[]; total: number }) {
  return (
    <Section title="What needs you" id="needs" aside={total > needs.length ? <a href={links.certificates(terms.needy)}>worst {needs.length} of {total.toLocaleString("en")}</a> : <span class="quiet">{needs.length > 0 ? "worst first" : ""}</span>}>
      {needs.length === 0 ? <p class="calm-line">Nothing. Every certificate that is served has somebody or something that keeps it valid.</p> : (
        <ul class="needs-list">{needs.map((n) => <NeedRow key={n.certificate + n.code} need={n} />)}</ul>
      )}
    </Section>
  );
}

/** The weeks of the overview; how many of them have no path comes from the timeline a moment later. */
function Expiring({ data }: { data: Data }) {
  const split = useResource<Timeline>(withQuery("/timeline", { from: data.expiring_weeks[0]?.week, days: data.expiring_weeks.length * 7 }), changes.value);
  const bare = new Map((split.data?.weeks ?? []).map((w) => [w.week, w.without_path]));
  const weeks = data.expiring_weeks.map((w) => ({ ...w, without_path: Math.min(w.count, bare.get(w.week) ?? 0) }));
  const ending = weeks.reduce((sum, w) => sum + w.count, 0);
  const [first, last] = [weeks[0]?.week, weeks[weeks.length - 1]?.week];
  const all = links.certificates(first && last ? `active:yes expires:${first}..${addDays(last, 6)}` : terms.active);
  return (
    <Section title="Expiring per week" id="expiring" aside={<><a href={all}>{ending.toLocaleString("en")} in {weeks.length} weeks</a> · <a href={links.timeline()}>timeline</a></>}>
      <Weeks weeks={weeks} href={(w) => links.certificates(week(w))} />
      <WeeksLegend />
    </Section>
  );
}

function News() {
  const [since] = useState(() => new Date(Math.floor((Date.now() - NEW_DAYS * DAY_MS) / DAY_MS) * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z"));
  const got = useResource<List<Change>>(withQuery("/changes", { since, limit: FEW, total: "true" }), changes.value);
  const all = links.discovery("new", { since });
  const rows = got.data?.items ?? [];
  return (
    <Section title={`New in ${NEW_DAYS} days`} id="news" aside={<a href={all}>{got.data?.total === null || got.data?.total === undefined ? "all" : count(got.data.total, "change")}</a>}>
      {rows.length === 0 ? <p class="quiet">{got.loading ? "…" : "Nothing new, changed or gone."}</p> : (
        <ul class="rows">
          {rows.map((c) => <li key={c.id}><Badge word={changeWord(c.kind)} /> <a href={links.certificate(c.certificate.sha256)}><Foreign text={c.certificate.name} most={50} /></a> <span class="quiet"><When time={c.at} /></span></li>)}
        </ul>
      )}
      {rows.length > 0 && <p><a class="button" href={all}>Triage</a></p>}
    </Section>
  );
}

function LastScans({ last }: { last: Scan | null }) {
  const got = useResource<List<Scan>>(`/scans?limit=${FEW}`, last?.id ?? "");
  const rows = (got.data?.items ?? (last ? [last] : [])).map((s) => (last && s.id === last.id ? last : s));
  return (
    <Section title="Last scans" id="last-scan" aside={<a href={links.scans()}>All scans</a>}>
      {rows.length === 0 ? <p class="quiet">No scan has run yet.</p> : (
        <ul class="rows">
          {rows.map((s) => (
            <li key={s.id}>
              <Badge word={scanStateWord(s.state)} href={links.scan(s.id)} />
              <a href={links.scan(s.id)}><Foreign text={s.targets[0]} most={30} otherwise="nothing" />{s.targets.length > 1 && ` and ${s.targets.length - 1} more`}</a>
              <span class="quiet"><a href={links.scan(s.id)}>{count(s.targets_done, "target")}</a>, <a href={links.certificates("", "-first_seen")}>{s.new_certificates} new</a>, <When time={s.ended_at ?? s.started_at ?? s.created_at} /></span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Totals({ totals }: { totals: Data["totals"] }) {
  const tiles: [string, number, string][] = [
    ["certificates", totals.certificates, links.certificates()],
    ["lineages", totals.lineages, links.lineages()],
    ["endpoints", totals.endpoints, links.endpoints()],
    ["hosts", totals.hosts, links.hosts()],
  ];
  return (
    <ul class="totals" aria-label="Totals">
      {tiles.map(([label, n, href]) => (
        <li key={label}><a href={href}><b>{n.toLocaleString("en")}</b> <span>{label}</span></a></li>
      ))}
    </ul>
  );
}

function Filled({ data }: { data: Data }) {
  const last = newest(data.last_scan);
  return (
    <>
      <Coverage headline={data.headline} again={changes.value} />
      <Totals totals={data.totals} />
      <div class="overview-columns">
        <Needs needs={data.needs} total={data.headline.need_you} />
        <div>
          <Expiring data={data} />
          <News />
          <LastScans last={last} />
        </div>
      </div>
      <Ways line={command("status")} says="this screen in a terminal" call={{ method: "GET", path: "/overview" }} />
    </>
  );
}

export function Overview() {
  const overview = useResource<Data>("/overview", changes.value);
  const empty = overview.data !== null && overview.data.totals.certificates === 0;
  const heading = overview.data && !empty ? <Headline data={overview.data} /> : empty ? "Let us find your certificates." : SHOWN_WITHOUT_DATA;
  return (
    <Page title={SHOWN_WITHOUT_DATA} heading={heading}>
      {overview.data?.demo && <p class="banner">This is the demo: its servers are real but listen only on this machine. <code>keepvalid demo down</code> ends them and removes them from the inventory.</p>}
      <Loaded from={overview} what="the overview">{(data) => (empty ? <FirstSteps scan={newest(data.last_scan)} /> : <Filled data={data} />)}</Loaded>
    </Page>
  );
}
