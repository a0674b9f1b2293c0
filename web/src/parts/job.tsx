// SPDX-License-Identifier: Apache-2.0
// A job as it goes on: told by events, asked for when none come.

import { useEffect, useState } from "preact/hooks";
import { connected, jobs } from "../api/events.ts";
import type { Job } from "../api/types.ts";
import { scanStateWord } from "../format/words.ts";
import { links } from "../router.ts";
import { useResource } from "../state/resource.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./foreign.tsx";

const POLL_MS = 1000;
const SLOW_MS = 5000;
export const jobOver = (job: Job) => job.state !== "running" && job.state !== "waiting";

/** The job with what events told since; how it ended is for the server to say. */
export function latest(job: Job): Job {
  const heard = jobs.value[job.id];
  if (!heard || jobOver(job) || (job.progress?.done ?? 0) > heard.done) return job;
  return { ...job, state: jobOver({ ...job, state: heard.state }) ? job.state : heard.state, progress: { done: heard.done, total: heard.total || null } };
}

/** The job as last told. */
export function useJob(id: string | null): { job: Job | null; problem: ReturnType<typeof useResource>["problem"]; reload: () => void; tag: string | null } {
  const [turn, setTurn] = useState(0);
  const heard = id === null ? undefined : jobs.value[id]?.state;
  const asked = useResource<Job>(id === null ? null : `/jobs/${encodeURIComponent(id)}`, `${turn} ${heard}`);
  const job = asked.data ? latest(asked.data) : null;
  const going = id !== null && (job === null || !jobOver(job)) && asked.problem === null;
  useEffect(() => {
    if (!going) return;
    const timer = window.setInterval(() => setTurn((t) => t + 1), connected.value && job ? SLOW_MS : POLL_MS);
    return () => window.clearInterval(timer);
  }, [going, connected.value, job !== null]);
  return { job, problem: asked.problem, reload: asked.reload, tag: asked.tag };
}

export function progressText(job: Job): string {
  const p = job.progress;
  if (!p || (p.done === 0 && !p.total)) return "";
  return p.total ? `${p.done.toLocaleString("en")} of ${p.total.toLocaleString("en")}` : p.done.toLocaleString("en");
}

export function JobLine({ job }: { job: Job }) {
  const p = job.progress;
  return (
    <p class="progress">
      <Badge word={scanStateWord(job.state)} href={links.job(job.id)} />
      <progress max={jobOver(job) ? 1 : (p?.total ?? undefined)} value={jobOver(job) ? 1 : p?.total ? p.done : undefined} aria-label="Progress of the job" />
      <span role="status">{progressText(job)}</span>
      {job.detail && <span class="quiet"><Foreign text={job.detail} /></span>}
    </p>
  );
}
