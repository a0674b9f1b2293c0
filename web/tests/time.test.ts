// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { addDays, count, dayInWords, exact, life, lifetime, relative, span } from "../src/format/time.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");

test("a length of time is cut to its largest fitting unit, never rounded up", () => {
  const rows: [number, string][] = [
    [0, "0 seconds"], [59.9, "59 seconds"], [60, "1 minute"], [3599, "59 minutes"], [3600, "1 hour"], [86399, "23 hours"], [86400, "1 day"], [2 * 86400 - 1, "1 day"],
    [12.9 * 86400, "12 days"], [-3 * 86400, "3 days"], [730 * 86400, "730 days"], [731 * 86400, "2 years"], [7300 * 86400, "19 years"],
  ];
  for (const [s, text] of rows) assert.equal(span(s), text);
});

test("moments are told from now on or ago", () => {
  const rows: [string, string][] = [
    ["2026-12-02T12:00:00Z", "in 12 days"], ["2026-11-17T11:59:59Z", "3 days ago"], ["2026-11-20T12:00:04Z", "now"], ["2026-11-20T11:59:58Z", "now"],
    ["2026-11-20T12:30:00Z", "in 30 minutes"], ["what", "at an unknown time"], ["9999-12-31T23:59:59Z", "in 7,973 years"],
  ];
  for (const [time, text] of rows) assert.equal(relative(time, NOW), text);
});

test("exact times keep their seconds and say UTC; what is no time is shown as it is", () => {
  assert.equal(exact("2026-12-02T14:02:11Z"), "2026-12-02 14:02:11 UTC");
  assert.equal(exact("2026-12-02T14:02:11.5Z"), "2026-12-02 14:02:11 UTC");
  assert.equal(exact("soon"), "soon");
});

test("a life has a share that is gone", () => {
  assert.deepEqual(life("2026-11-10T12:00:00Z", "2026-11-30T12:00:00Z", NOW), { gone: 0.5, state: "in" });
  assert.deepEqual(life("2026-11-21T00:00:00Z", "2026-11-30T00:00:00Z", NOW), { gone: 0, state: "before" });
  assert.deepEqual(life("2026-01-01T00:00:00Z", "2026-11-20T11:59:59Z", NOW), { gone: 1, state: "after" });
  assert.deepEqual(life("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", NOW), { gone: 1, state: "in" });
  assert.deepEqual(life("x", "y", NOW), { gone: 0, state: "in" });
});

test("lifetimes are days, short ones hours", () => {
  assert.equal(lifetime(90 * 86400), "90 days");
  assert.equal(lifetime(90 * 86400 - 1), "90 days");
  assert.equal(lifetime(160 * 3600), "160 hours");
});

test("days add up over months, and read as people write them", () => {
  assert.equal(addDays("2026-11-30", 6), "2026-12-06");
  assert.equal(dayInWords("2026-11-16"), "16 Nov 2026");
  assert.equal(dayInWords("nonsense"), "nonsense");
});

test("one is one, and a thousand has a comma", () => {
  assert.equal(count(1, "certificate"), "1 certificate");
  assert.equal(count(1000, "entry", "entries"), "1,000 entries");
});
