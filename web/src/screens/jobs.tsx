// SPDX-License-Identifier: Apache-2.0
// What is the server doing, and what came of it?

import { changes } from "../api/events.ts";
import type { Job as Data } from "../api/types.ts";
import { command } from "../format/shell.ts";
import { exact } from "../format/time.ts";
import { nameOf, scanStateWord } from "../format/words.ts";
import { Action } from "../parts/action.tsx";
import { Badge } from "../parts/badge.tsx";
import { said } from "../parts/bulkdialog.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { JobLine, jobOver, latest, progressText, useJob } from "../parts/job.tsx";
import { Listing, type ListSpec } from "../parts/listing.tsx";
import { Empty, Loading, Page, Section } from "../parts/page.tsx";
import { ProblemBox } from "../parts/problem.tsx";
import { Ways } from "../parts/ways.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

const LIST: ListSpec<Data> = {
  path: "jobs", noun: ["job", "jobs"], rowKey: (j) => j.id, href: (j) => links.job(j.id), says: ["job", "list"],
  empty: <Empty title="No job has run yet."><p>Scans, runs of sources, changes of many certificates at once and imports are jobs; each is told here with its progress.</p></Empty>,
  columns: [
    { name: "job", title: "Job", class: "wide", cell: (j) => <a class="row-link" href={links.job(j.id)}>{nameOf("job", j.kind)} {j.id}</a> },
    { name: "state", title: "State", cell: (j) => <Badge word={scanStateWord(latest(j).state)} /> },
    { name: "progress", title: "Progress", class: "number", cell: (j) => <a href={links.job(j.id)}>{progressText(latest(j)) || "–"}</a> },
    { name: "detail", title: "Remark", class: "wide", cell: (j) => <Foreign text={latest(j).detail} otherwise="–" most={120} /> },
    { name: "created", title: "Asked for", cell: (j) => <When time={j.created_at} /> },
    { name: "ended", title: "Ended", cell: (j) => <When time={latest(j).ended_at} /> },
  ],
};

export const Jobs = () => <Listing title="Jobs" spec={LIST} actions={<a class="button" href={links.scans()}>Scans</a>} />;

export function Job({ id }: { id: string }) {
  const { job, problem, reload, tag } = useJob(id);
  return (
    <Page title={`Job ${id}`} actions={<a class="button" href={links.jobs()}>All jobs</a>}>
      {problem && <ProblemBox problem={problem} again={reload} />}
      {!job && !problem && <Loading what="the job" />}
      {job && (
        <>
          <p class="sentence">A {nameOf("job", job.kind)}, asked for <When time={job.created_at} />.</p>
          <JobLine job={job} />
          <Section title="Facts" id="job-facts">
            <dl class="about">
              <div><dt>State</dt><dd><Badge word={scanStateWord(job.state)} /></dd></div>
              <div><dt>Asked for</dt><dd>{exact(job.created_at)}</dd></div>
              <div><dt>Due</dt><dd>{exact(job.due_at)}</dd></div>
              <div><dt>Ended</dt><dd>{job.ended_at ? exact(job.ended_at) : "not yet"}</dd></div>
              <div><dt>Attempts</dt><dd>{job.attempts}</dd></div>
              {job.kind === "scan" && job.subject && <div><dt>Scan</dt><dd><a href={links.scan(job.subject)}>number {job.subject}</a></dd></div>}
              {job.result && Object.entries(job.result).map(([k, v]) => <div key={k}><dt>{k.replace(/_/g, " ")}</dt><dd><Foreign text={said(v)} otherwise="–" /></dd></div>)}
            </dl>
          </Section>
          {!jobOver(job) && <Action label="Stop" name="job-stop" call={{ method: "DELETE", path: `/jobs/${job.id}`, tag }} line={command("job", "stop", job.id)} asks="What it has done so far stays done." onDone={() => { changes.value++; reload(); }} />}
          <Ways line={command("job", "show", job.id)} call={{ method: "GET", path: `/jobs/${job.id}` }} />
        </>
      )}
    </Page>
  );
}
