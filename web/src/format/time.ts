// SPDX-License-Identifier: Apache-2.0
// Times as people say them. `now` is always a parameter, so that a test can choose it.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365.2425 * DAY;

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** A length of time in its largest fitting unit: "12 days", "5 hours". Cuts, never rounds up: 12.9 days are 12. */
export function span(seconds: number): string {
  const s = Math.abs(seconds);
  if (s < MINUTE) return count(Math.floor(s), "second");
  if (s < HOUR) return count(Math.floor(s / MINUTE), "minute");
  if (s < DAY) return count(Math.floor(s / HOUR), "hour");
  if (s < 2 * YEAR) return count(Math.floor(s / DAY), "day");
  return count(Math.floor(s / YEAR), "year");
}

export function secondsUntil(time: string, nowMs: number): number {
  return (Date.parse(time) - nowMs) / 1000;
}

/** "in 12 days", "3 days ago", "now". */
export function relative(time: string, nowMs: number): string {
  const s = secondsUntil(time, nowMs);
  if (Number.isNaN(s)) return "at an unknown time";
  if (Math.abs(s) < 5) return "now";
  return s > 0 ? `in ${span(s)}` : `${span(s)} ago`;
}

/** "2026-12-02 14:02:11 UTC"; years beyond 9999 and what is no time are shown as they are. */
export function exact(time: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(time);
  return parts ? `${parts[1]} ${parts[2]} UTC` : time;
}

export function day(time: string): string {
  return time.slice(0, 10);
}

/** A day as people write it: "16 Nov 2026". */
export function dayInWords(date: string): string {
  const d = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(d.getTime())) return date;
  return d.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

export function addDays(date: string, days: number): string {
  const d = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() + days);
  return d.toISOString().slice(0, 10);
}

/** How a life from not_before to not_after stands: gone is its share that has passed, from 0 to 1. */
export function life(notBefore: string, notAfter: string, nowMs: number): { gone: number; state: "before" | "in" | "after" } {
  const start = Date.parse(notBefore);
  const end = Date.parse(notAfter);
  if (Number.isNaN(start) || Number.isNaN(end)) return { gone: 0, state: "in" };
  if (nowMs < start) return { gone: 0, state: "before" };
  if (nowMs > end) return { gone: 1, state: "after" };
  return { gone: end > start ? (nowMs - start) / (end - start) : 1, state: "in" };
}

/** A lifetime: "90 days", "160 hours"; a day is 86,400 s and any fraction counts. */
export function lifetime(seconds: number): string {
  if (seconds < 10 * DAY) return count(Math.round(seconds / HOUR), "hour");
  return count(Math.round(seconds / DAY), "day");
}

export function elapsed(fromTime: string, toTime: string | null, nowMs: number): string {
  const end = toTime ? Date.parse(toTime) : nowMs;
  return span(Math.max(0, (end - Date.parse(fromTime)) / 1000));
}
