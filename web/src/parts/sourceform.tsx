// SPDX-License-Identifier: Apache-2.0
// A source as a form: its fields come from the server's table of kinds, so that a new kind needs nothing here.

import type { Call } from "../api/client.ts";
import type { Source, SourceKind, SourceOption } from "../api/types.ts";
import { EVERY, PERIODS, quietOf, quietText } from "../format/schedule.ts";
import { command } from "../format/shell.ts";
import { useResource } from "../state/resource.ts";
import { bodyOf, type FieldKind, type FormField, type Values } from "./fields.tsx";
import { FormDialog } from "./formdialog.tsx";
import { Loading } from "./page.tsx";

const KINDS: Record<SourceOption["type"], FieldKind> = { words: "words", text: "text", flag: "check", number: "number", choice: "choice" };

function fieldOf(o: SourceOption): FormField {
  return {
    name: `option_${o.name}`, label: o.label, kind: KINDS[o.type] ?? "text", hint: o.help || undefined, required: o.needed, placeholder: o.usual ?? undefined,
    choices: o.type === "choice" ? [...(o.needed ? [] : [["", o.usual ? `as usual: ${o.usual}` : "as usual"] as [string, string]]), ...o.choices.map((v): [string, string] => [v, v])] : undefined,
  };
}

const SCHEDULE: FormField[] = [
  { name: "every", label: "Runs", kind: "choice", choices: EVERY },
  { name: "quiet", label: "Not between", kind: "text", placeholder: "mon-fri 08:00-18:00", hint: "Quiet hours, in UTC. Several with commas." },
];

function fieldsOf(kinds: SourceKind[], kind: string, isNew: boolean): FormField[] {
  const chosen = kinds.find((k) => k.name === kind);
  return [
    { name: "name", label: "Name", kind: "text", required: true, placeholder: "Office network" },
    ...(isNew ? [{ name: "kind", label: "Kind", kind: "choice" as FieldKind, choices: kinds.map((k): [string, string] => [k.name, k.title]), hint: chosen?.about }] : []),
    ...(chosen?.options ?? []).map(fieldOf), ...SCHEDULE,
  ];
}

/** Options that were left empty are not sent: the server has its own defaults. */
function optionsOf(kinds: SourceKind[], kind: string, values: Values): Values {
  const rows = (kinds.find((k) => k.name === kind)?.options ?? []).map(fieldOf);
  const given = Object.entries(bodyOf(rows, values)).map(([key, v]): [string, unknown] => [key.replace(/^option_/, ""), v]);
  return Object.fromEntries(given.filter(([, v]) => v !== null && v !== false && !(Array.isArray(v) && v.length === 0)));
}

function initial(source: Source | null, kinds: SourceKind[]): Values {
  if (!source) return { kind: kinds[0]?.name ?? "network", every: "86400" };
  const options = Object.fromEntries(Object.entries(source.options).map(([key, v]) => [`option_${key}`, v]));
  return { name: source.name, kind: source.kind, every: String(source.schedule.every_s || ""), quiet: quietText(source.schedule.quiet ?? []), ...options };
}

function lineOf(source: Source | null, kind: string, options: Values, v: Values): string {
  const words = source ? ["source", "edit", source.name] : ["source", "add", String(v.name || "NAME"), kind];
  for (const [key, value] of Object.entries(options)) words.push(`${key}=${Array.isArray(value) ? value.join(",") : String(value)}`);
  words.push("--every", PERIODS[String(v.every ?? "")] ?? `${v.every}s`);
  if (v.quiet) words.push("--quiet", quietText(quietOf(String(v.quiet))));
  return command(...words);
}

interface Props {
  source: Source | null;
  tag?: string | null;
  onClose: () => void;
  onDone: (source: Source) => void;
}

export function SourceForm({ source, tag, onClose, onDone }: Props) {
  const kinds = useResource<{ items: SourceKind[] }>("/sources/kinds");
  if (!kinds.data) return kinds.problem ? null : <Loading what="the kinds of sources" />;
  const items = kinds.data.items;
  const call = (v: Values): Call => {
    const kind = String(v.kind);
    const schedule = { every_s: Number(v.every) || 0, quiet: quietOf(String(v.quiet ?? "")), paused: source?.schedule.paused ?? false };
    const body = { name: String(v.name ?? "").trim(), options: optionsOf(items, kind, v), schedule };
    return source ? { method: "PATCH", path: `/sources/${source.id}`, body, tag } : { method: "POST", path: "/sources", body: { ...body, kind } };
  };
  return (
    <FormDialog<Source> title={source ? "Edit the source" : "New source"} name="source-form" fields={(v) => fieldsOf(items, String(v.kind), source === null)} initial={initial(source, items)} submit={source ? "Save" : "Add"}
      call={call} line={(v) => lineOf(source, String(v.kind), optionsOf(items, String(v.kind), v), v)} onDone={onDone} onClose={onClose} />
  );
}
