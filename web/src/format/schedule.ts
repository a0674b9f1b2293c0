// SPDX-License-Identifier: Apache-2.0
// Schedules in words, both ways: "every day, not mon-fri 08:00-18:00".

import type { Quiet, Schedule } from "../api/types.ts";
import { span } from "./time.ts";

export const EVERY: [string, string][] = [["", "only when asked"], ["3600", "every hour"], ["21600", "every 6 hours"], ["43200", "every 12 hours"], ["86400", "every day"], ["604800", "every week"], ["2592000", "every 30 days"]];

/** The same for the command line. */
export const PERIODS: Record<string, string> = { "": "never", "0": "never", "3600": "1h", "21600": "6h", "43200": "12h", "86400": "1d", "604800": "1w", "2592000": "30d" };

export function scheduleText(s: Schedule): string {
  if (s.paused) return "paused";
  if (!s.every_s) return "only when asked";
  const every = EVERY.find(([v]) => v === String(s.every_s))?.[1] ?? `every ${span(s.every_s)}`;
  return s.quiet.length > 0 ? `${every}, not ${quietText(s.quiet)}` : every;
}

export function quietText(quiet: Quiet[]): string {
  return quiet.map((q) => `${q.days} ${q.from}-${q.to}`).join(", ");
}

/** "mon-fri 08:00-18:00, sat 09:00-12:00"; what is not understood is left out, and the server says what it misses. */
export function quietOf(text: string): Quiet[] {
  return text.split(",").flatMap((part) => {
    const words = /^\s*(\S+)\s+(\d\d?:\d\d)\s*(?:-|–|to)\s*(\d\d?:\d\d)\s*$/.exec(part);
    return words ? [{ days: words[1]!, from: words[2]!.padStart(5, "0"), to: words[3]!.padStart(5, "0") }] : [];
  });
}
