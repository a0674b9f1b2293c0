// SPDX-License-Identifier: Apache-2.0
// Am I safe, and what needs me now?

import { changes, newest } from "../api/events.ts";
import type { Need, Overview as Data, Scan } from "../api/types.ts";
import { terms } from "../format/query.ts";
import { headline } from "../format/sentence.ts";
import { command } from "../format/shell.ts";
import { addDays, count, exact } from "../format/time.ts";
import { scanStateWord, severityWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Command } from "../parts/command.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Loaded, Page, Section } from "../parts/page.tsx";
import { Weeks } from "../parts/weeks.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";

const SHOWN_WITHOUT_DATA = "Overview";
const FEW = 2; // targets that fit on a line

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

function Coverage({ headline: h }: { headline: Data["headline"] }) {
  if (h.active === 0) return null;
  const share = Math.min(1, h.proven / h.active);
  // Never rounded up to a hundred: one certificate without a path is one too many.
  const text = `${(Math.floor(share * 1000) / 10).toLocaleString("en")} %`;
  return (
    <p class="coverage">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label={`${text} of the active certificates have a proven renewal path`}>
        <rect class="whole" width="1000" height="10" />
        <rect class="part" width={Math.round(share * 1000)} height="10" />
      </svg>
      <span>{text} covered</span>
    </p>
  );
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

function LastScan({ scan }: { scan: Scan | null }) {
  return (
    <Section title="Last scan" id="last-scan" aside={<a href={links.scans()}>All scans</a>}>
      {scan === null ? <p class="quiet">No scan has run yet.</p> : (
        <p class="last-scan">
          <Badge word={scanStateWord(scan.state)} href={links.scan(scan.id)} />
          <span>
            <When time={scan.ended_at ?? scan.started_at ?? scan.created_at} />: <a href={links.scan(scan.id)}>{count(scan.targets_done, "target")}</a>,{" "}
            <a href={links.certificates("", "-first_seen")}>{count(scan.new_certificates, "new certificate")}</a>
          </span>
        </p>
      )}
      {scan !== null && scan.targets.length <= FEW && <Command line={command("scan", ...scan.targets, "--save")} says="again, from a terminal" />}
    </Section>
  );
}

function Totals({ totals }: { totals: Data["totals"] }) {
  const tiles: [string, number, string][] = [
    ["certificates", totals.certificates, links.certificates()],
    ["lineages", totals.lineages, links.lineages()],
    ["endpoints", totals.endpoints, links.endpoints()],
    ["hosts", totals.hosts, links.endpoints()],
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
  const ending = data.expiring_weeks.reduce((sum, w) => sum + w.count, 0);
  const first = data.expiring_weeks[0]?.week;
  const last = data.expiring_weeks[data.expiring_weeks.length - 1]?.week;
  return (
    <>
      <Coverage headline={data.headline} />
      <Totals totals={data.totals} />
      <div class="overview-columns">
        <Needs needs={data.needs} total={data.headline.need_you} />
        <div>
          <Section title="Expiring per week" id="expiring"
            aside={<a href={links.certificates(first && last ? `active:yes expires:${first}..${addDays(last, 6)}` : terms.active)}>{ending.toLocaleString("en")} in {data.expiring_weeks.length} weeks</a>}>
            <Weeks weeks={data.expiring_weeks} />
          </Section>
          <LastScan scan={newest(data.last_scan)} />
          <Command line={command("status")} says="this screen in a terminal" />
        </div>
      </div>
    </>
  );
}

export function Overview() {
  const overview = useResource<Data>("/overview", changes.value);
  const empty = overview.data !== null && overview.data.totals.certificates === 0;
  const heading = overview.data && !empty ? <Headline data={overview.data} /> : empty ? "Let us find your certificates." : SHOWN_WITHOUT_DATA;
  return (
    <Page title={SHOWN_WITHOUT_DATA} heading={heading}>
      {overview.data?.demo && <p class="banner">This is the demo: its servers are real but listen only on this machine. <code>keepvalid demo down</code> ends them and removes their keys.</p>}
      <Loaded from={overview} what="the overview">{(data) => (empty ? <FirstSteps scan={newest(data.last_scan)} /> : <Filled data={data} />)}</Loaded>
    </Page>
  );
}
