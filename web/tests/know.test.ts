// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";
import { BULK } from "../src/format/bulk.ts";
import { contactsOf, contactsText } from "../src/format/contacts.ts";
import { layout, stepFrom } from "../src/format/layout.ts";
import { quietOf, quietText, scheduleText } from "../src/format/schedule.ts";

const NODES = [
  { id: "a", kind: "authority" }, { id: "k", kind: "key" }, { id: "c1", kind: "certificate" }, { id: "c2", kind: "certificate" },
  { id: "h2", kind: "host" }, { id: "h1", kind: "host" }, { id: "x", kind: "something-new" },
];
const EDGES = [{ from: "a", to: "c1" }, { from: "a", to: "c2" }, { from: "k", to: "c1" }, { from: "c1", to: "h1" }, { from: "c2", to: "h2" }];

test("a map has a column for each kind, authorities and keys share the first, unknown kinds come last", () => {
  const l = layout(NODES, EDGES);
  assert.deepEqual(l.columns.map((c) => c.kinds.map(([kind]) => kind)), [["authority", "key"], ["certificate"], ["host"], ["something-new"]]);
  assert.equal(l.placed.size, NODES.length);
  const places = [...l.placed.values()].map((p) => `${p.x} ${p.y}`);
  assert.equal(new Set(places).size, places.length, "no two boxes in one place");
});

test("neighbours stand in the same order, so that lines do not cross", () => {
  const l = layout(NODES, EDGES);
  const order = (a: string, b: string) => Math.sign((l.placed.get(a)?.row ?? 0) - (l.placed.get(b)?.row ?? 0));
  assert.equal(order("c1", "c2"), order("h1", "h2"));
});

test("arrow keys follow the lines sideways and the column up and down", () => {
  const l = layout(NODES, EDGES);
  assert.equal(stepFrom(l, EDGES, "c1", "ArrowRight"), "h1");
  assert.equal(stepFrom(l, EDGES, "h1", "ArrowLeft"), "c1");
  assert.ok(["a", "k"].includes(stepFrom(l, EDGES, "c1", "ArrowLeft") ?? ""));
  assert.equal(stepFrom(l, EDGES, "h1", "ArrowRight"), "x", "without a line: the nearest");
  assert.equal(stepFrom(l, EDGES, "a", "ArrowLeft"), null);
  assert.equal(stepFrom(l, EDGES, "nobody", "ArrowLeft"), null);
});

test("an empty map has a size", () => {
  const l = layout([], []);
  assert.ok(l.width > 0 && l.height > 0);
});

test("people are lines of text and come back as they were", () => {
  const people = contactsOf("owner: Anna Example <anna@example.org>\n\nsecurity Bob bob@example.org\nCarol <carol@example.org>\nNobody At All");
  assert.deepEqual(people, [
    { role: "owner", name: "Anna Example", email: "anna@example.org" }, { role: "security", name: "Bob", email: "bob@example.org" },
    { role: "owner", name: "Carol", email: "carol@example.org" }, { role: "owner", name: "Nobody At All", email: null },
  ]);
  assert.deepEqual(contactsOf(contactsText(people.slice(0, 3))), people.slice(0, 3));
});

test("schedules in words, quiet hours both ways", () => {
  const quiet = quietOf("mon-fri 8:00-18:00, sat 09:00 - 12:00, nonsense");
  assert.deepEqual(quiet, [{ days: "mon-fri", from: "08:00", to: "18:00" }, { days: "sat", from: "09:00", to: "12:00" }]);
  assert.deepEqual(quietOf(quietText(quiet)), quiet);
  assert.equal(scheduleText({ every_s: 86400, quiet: [], paused: false }), "every day");
  assert.equal(scheduleText({ every_s: 90, quiet: quiet.slice(1), paused: false }), "every 1 minute, not sat 09:00-12:00");
  assert.equal(scheduleText({ every_s: 0, quiet, paused: false }), "only when asked");
  assert.equal(scheduleText({ every_s: 86400, quiet, paused: true }), "paused");
});

test("command lines of bulk actions are quoted for a shell", () => {
  const line = (action: string, v: Record<string, unknown>) => BULK.find((a) => a.action === action)?.line(v, "SEL");
  assert.equal(line("tag", { tags: "pci $(rm) x'y" }), "keepvalid tag SEL +pci '+$(rm)' '+x'\\''y'");
  assert.equal(line("own", { team: "a b" }), "keepvalid own SEL 'a b'");
  assert.equal(line("own", {}), "keepvalid own --none SEL");
  assert.equal(line("ignore", { reason: "it's old; rm -rf", until: "2027-01-01" }), "keepvalid ignore SEL --reason 'it'\\''s old; rm -rf' --until 2027-01-01");
});
