// SPDX-License-Identifier: Apache-2.0
// What may be done with a selection: a row an action, with its form and its command line.

import type { FormField, Values } from "../parts/fields.tsx";
import { targetsOf, word } from "./shell.ts";

export interface BulkAction {
  action: string;
  label: string;
  says: string;
  fields: FormField[];
  /** what goes into the body beside action and hash */
  body: (v: Values) => Values;
  /** with SEL for what is selected; teams by their names; null: only the API can */
  line: (v: Values, sel: string) => string | null;
}

const words = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : targetsOf(String(v ?? "")));
const text = (v: unknown): string | null => String(v ?? "").trim() || null;
const endOf = (day: unknown): string | null => (text(day) ? `${text(day)}T00:00:00Z` : null);
const TAGS: FormField = { name: "tags", label: "Tags", kind: "tags", required: true, hint: "Words with blanks between.", placeholder: "pci shop" };
const SET: FormField[] = [
  { name: "environment", label: "Environment", kind: "text", placeholder: "production" },
  { name: "purpose", label: "Purpose", kind: "text", placeholder: "customer-facing" },
  { name: "criticality", label: "Criticality", kind: "criticality" },
  { name: "service", label: "Service", kind: "service" },
];
const given = (v: Values): [string, string][] => SET.flatMap((f): [string, string][] => (text(v[f.name]) ? [[f.name, text(v[f.name])!]] : []));

export const BULK: BulkAction[] = [
  {
    action: "own", label: "Assign owner", says: "The lineages behind them get this owner. It survives every renewal.",
    fields: [{ name: "team", label: "Owner", kind: "team" }], body: (v) => ({ team: text(v.team) }), line: (v, sel) => (text(v.team) ? `keepvalid own ${sel} ${word(text(v.team)!)}` : `keepvalid own --none ${sel}`),
  },
  {
    action: "tag", label: "Tag", says: "The lineages behind them get these tags, beside those they have.",
    fields: [TAGS], body: (v) => ({ tags: words(v.tags) }), line: (v, sel) => `keepvalid tag ${sel} ${words(v.tags).map((t) => word(`+${t}`)).join(" ") || "+TAG"}`,
  },
  {
    action: "untag", label: "Untag", says: "These tags are taken away where they are.",
    fields: [TAGS], body: (v) => ({ tags: words(v.tags) }), line: (v, sel) => `keepvalid tag ${sel} ${words(v.tags).map((t) => word(`-${t}`)).join(" ") || "-TAG"}`,
  },
  {
    action: "set", label: "Set facts", says: "Only what is filled in is changed.",
    fields: SET, body: (v) => ({ set: Object.fromEntries(given(v)) }), line: () => null,
  },
  {
    action: "adopt", label: "Adopt", says: "They are looked after from now on: each gets a lineage, and none is ignored any more.",
    fields: [], body: () => ({}), line: (_, sel) => `keepvalid adopt ${sel}`,
  },
  {
    action: "ignore", label: "Ignore", says: "They stay in the inventory but ask for nobody's attention.",
    fields: [{ name: "reason", label: "Why", kind: "text", required: true, placeholder: "appliance, replaced in March" }, { name: "until", label: "Until", kind: "date", hint: "Empty: until somebody takes it back." }],
    body: (v) => ({ reason: text(v.reason), until: endOf(v.until) }), line: (v, sel) => `keepvalid ignore ${sel} --reason ${word(text(v.reason) ?? "REASON")}${text(v.until) ? ` --until ${text(v.until)}` : ""}`,
  },
  { action: "unignore", label: "Stop ignoring", says: "They ask for attention again.", fields: [], body: () => ({}), line: (_, sel) => `keepvalid ignore --no-more ${sel}` },
];
