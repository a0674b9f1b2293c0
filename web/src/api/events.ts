// SPDX-License-Identifier: Apache-2.0
// What happens on the server while we look, as signals. The browser's EventSource reconnects by itself and says where it
// was (Last-Event-ID); when it gives up, we start anew after a while.

import { signal } from "@preact/signals";
import type { JobWord, Scan } from "./types.ts";

export const connected = signal(false);
/** The latest word about each scan. */
export const scans = signal<Record<string, Scan>>({});
/** The latest word about each job. */
export const jobs = signal<Record<string, JobWord>>({});
/** Grows whenever certificates or the overview changed: screens reload on it. */
export const changes = signal(0);

const RETRY_MS = 5000;
const SETTLE_MS = 2000; // many events, one reload
let source: EventSource | null = null;
let settling = 0;

function changed(): void {
  if (settling) return;
  settling = window.setTimeout(() => {
    settling = 0;
    changes.value++;
  }, SETTLE_MS);
}

function scanSaid(event: MessageEvent<string>): void {
  try {
    const scan = JSON.parse(event.data) as Scan;
    scans.value = { ...scans.value, [scan.id]: scan };
  } catch {
    /* half an event is no event */
  }
}

function jobSaid(event: MessageEvent<string>): void {
  try {
    const job = JSON.parse(event.data) as JobWord;
    if (job.id) jobs.value = { ...jobs.value, [job.id]: job };
  } catch {
    /* half an event is no event */
  }
}

/** The scan as last told, or a newer one of which an event told. */
export function newest(scan: Scan | null): Scan | null {
  let latest = scan;
  for (const heard of Object.values(scans.value)) if (!latest || heard.id === latest.id || heard.created_at > latest.created_at) latest = heard;
  return latest;
}

export function listen(): void {
  if (source) return;
  source = new EventSource("/api/v1/events");
  source.addEventListener("open", () => (connected.value = true));
  source.addEventListener("scan", scanSaid);
  source.addEventListener("job", jobSaid);
  source.addEventListener("certificate", changed);
  source.addEventListener("overview", changed);
  source.addEventListener("error", () => {
    connected.value = false;
    if (source?.readyState !== EventSource.CLOSED) return;
    hush();
    window.setTimeout(listen, RETRY_MS);
  });
}

export function hush(): void {
  source?.close();
  source = null;
  connected.value = false;
}
