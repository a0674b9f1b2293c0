// SPDX-License-Identifier: Apache-2.0
// When will it hurt? A year ahead by days or weeks, as pictures or as a list, and how it would be with shorter lifetimes.

import { withQuery } from "../api/client.ts";
import { changes } from "../api/events.ts";
import type { Timeline as Data } from "../api/types.ts";
import { day, week } from "../format/query.ts";
import { command } from "../format/shell.ts";
import { dayInWords } from "../format/time.ts";
import { Heatmap } from "../parts/heatmap.tsx";
import { Empty, Loaded, Page, Section } from "../parts/page.tsx";
import { isQueryProblem, QueryBar } from "../parts/querybar.tsx";
import { Table, type Column } from "../parts/table.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Ways } from "../parts/ways.tsx";
import { Weeks, WeeksLegend } from "../parts/weeks.tsx";
import { go, here, links, route } from "../router.ts";
import { useResource } from "../state/resource.ts";

const DAYS = 366;
const LIFETIMES = ["200", "100", "47"];
type Row = { date: string; count: number; without_path: number | null };

function ListTwin({ data, q }: { data: Data; q: string }) {
  const weeks: Row[] = data.weeks.map((w) => ({ date: w.week, count: w.count, without_path: w.without_path })).filter((w) => w.count > 0);
  const days: Row[] = data.days.map((d) => ({ date: d.day, count: d.count, without_path: d.without_path })).filter((d) => d.count > 0);
  const columns = (what: string, term: (date: string) => string): Column<Row>[] => [
    { name: "date", title: what, cell: (r) => <a class="row-link" href={links.certificates(`${term(r.date)} ${q}`.trim())}>{dayInWords(r.date)}</a> },
    { name: "count", title: "Expire", class: "number", cell: (r) => <a href={links.certificates(`${term(r.date)} ${q}`.trim())}>{r.count.toLocaleString("en")}</a> },
    { name: "without", title: "Without a proven path", class: "number", cell: (r) => <a href={links.certificates(`${term(r.date)} -path:proven ${q}`.trim())}>{r.without_path === null ? "–" : r.without_path.toLocaleString("en")}</a> },
  ];
  if (weeks.length === 0) return <Empty title="Nothing expires in the year ahead." />;
  return (
    <div class="twin">
      <Table caption="Weeks" rows={weeks} rowKey={(r) => r.date} columns={columns("Week of", week)} href={(r) => links.certificates(`${week(r.date)} ${q}`.trim())} />
      <Table caption="Days" rows={days} rowKey={(r) => r.date} columns={columns("Day", day)} href={(r) => links.certificates(`${day(r.date)} ${q}`.trim())} />
    </div>
  );
}

function WhatIf({ data, chosen }: { data: Data; chosen: string }) {
  const load = data.load;
  return (
    <Section title="What if lifetimes shrink" id="what-if">
      <div class="chips" role="group" aria-label="Longest lifetime">
        <button type="button" class="chip" aria-pressed={chosen === ""} onClick={() => go(here({ what_if: null }))}>As it is</button>
        {LIFETIMES.map((d) => <button type="button" key={d} class="chip" aria-pressed={chosen === d} onClick={() => go(here({ what_if: d }))}>{d} days</button>)}
      </div>
      {load && (
        <p class="load" role="status">
          <b>{load.per_week_now.toLocaleString("en", { maximumFractionDigits: 1 })}</b> renewals a week now
          {chosen && load.per_week_then !== null && <> → <b class="warning-text">{load.per_week_then.toLocaleString("en", { maximumFractionDigits: 1 })}</b> with lifetimes of {load.lifetime_days} days</>}.
        </p>
      )}
      <p class="quiet small">Public authorities go down to 200 days (March 2026), 100 days (March 2027) and 47 days (March 2029).</p>
    </Section>
  );
}

export function Timeline() {
  const at = (name: string) => route.value.query.get(name) ?? "";
  const [q, whatIf, shape] = [at("q"), at("what_if"), at("as") || "days"];
  const path = withQuery("/timeline", { q, days: DAYS, what_if: whatIf });
  const got = useResource<Data>(path, changes.value);
  const within = (term: string) => links.certificates(`${term} ${q}`.trim());
  const tabs = [["days", "Days"], ["weeks", "Weeks"], ["list", "List"]].map(([name, label]) => ({ name: name!, label: label!, href: here({ as: name! }) }));
  return (
    <Page title="Timeline">
      <QueryBar of="certificates" query={q} label="Search certificates" example="env:production owner:payments" problem={got.problem} onQuery={(text) => go(here({ q: text }))} />
      <Loaded from={isQueryProblem(got.problem) ? { ...got, problem: null, data: null, loading: false } : got} what="the timeline">
        {(data) => (
          <>
            <p class="sentence">{data.sentence}</p>
            <Section title="The year ahead" id="year" aside={<Tabs tabs={tabs} chosen={shape} label="Shape" />}>
              {shape === "days" && <Heatmap days={data.days} href={(d) => within(day(d))} />}
              {shape === "weeks" && <><Weeks weeks={data.weeks} href={(w) => within(week(w))} /><WeeksLegend /></>}
              {shape === "list" && <ListTwin data={data} q={q} />}
            </Section>
            <WhatIf data={data} chosen={whatIf} />
          </>
        )}
      </Loaded>
      <Ways line={command("timeline", ...(q ? [q] : []), ...(whatIf ? ["--what-if", whatIf] : []))} call={{ method: "GET", path }} />
    </Page>
  );
}
