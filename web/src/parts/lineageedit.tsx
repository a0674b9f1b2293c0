// SPDX-License-Identifier: Apache-2.0
// What people say of a lineage: owner, tags, purpose and the rest; it survives every renewal. Changed in place, against the
// version that was looked at.

import type { ComponentChildren } from "preact";
import type { LineageRow } from "../api/types.ts";
import { value } from "../format/query.ts";
import { word } from "../format/shell.ts";
import { criticalityWord } from "../format/words.ts";
import { links } from "../router.ts";
import { choices } from "../state/choices.ts";
import { useResource } from "../state/resource.ts";
import { Badge } from "./badge.tsx";
import { Editable } from "./editable.tsx";
import type { FormField, Values } from "./fields.tsx";
import { Foreign } from "./foreign.tsx";
import { Owner, Tags } from "./owner.tsx";
import { Loaded } from "./page.tsx";
import { When } from "./when.tsx";

const FIELDS: FormField[] = [
  { name: "owner", label: "Owner", kind: "team", hint: "The team that answers for it." },
  { name: "tags", label: "Tags", kind: "tags", hint: "Words with blanks between." },
  { name: "purpose", label: "Purpose", kind: "text", placeholder: "customer-facing shop" },
  { name: "environment", label: "Environment", kind: "text", placeholder: "production" },
  { name: "criticality", label: "Criticality", kind: "criticality" },
  { name: "service", label: "Service", kind: "service" },
  { name: "note", label: "How to renew", kind: "area", hint: "For whoever has to do it at night." },
];

function valuesOf(l: LineageRow): Values {
  return { owner: l.owner?.id ?? null, tags: l.tags ?? [], purpose: l.purpose ?? null, environment: l.environment ?? null, criticality: l.criticality ?? null, service: l.service?.id ?? null, note: l.note ?? null };
}

/** Owner and tags have commands of their own; the rest is for the API. */
function lineOf(l: LineageRow, body: Values): string | null {
  const sel = word(`lineage=${value(l.name)}`);
  const lines = Object.entries(body).map(([key, v]) => {
    if (key === "owner") return v ? `keepvalid own ${sel} ${word(choices("teams").find((t) => t.id === v)?.name ?? String(v))}` : `keepvalid own --none ${sel}`;
    if (key !== "tags") return null;
    const [before, after] = [l.tags ?? [], v as string[]];
    return ["keepvalid tag", sel, ...after.filter((t) => !before.includes(t)).map((t) => word(`+${t}`)), ...before.filter((t) => !after.includes(t)).map((t) => word(`-${t}`))].join(" ");
  });
  return lines.length > 0 && lines.every((line) => line !== null) ? lines.join("; ") : null;
}

function rows(l: LineageRow): [string, ComponentChildren][] {
  return [
    ["Owner", <Owner owner={l.owner} />],
    ["Tags", <Tags tags={l.tags} />],
    ["Purpose", <Foreign text={l.purpose} otherwise="not said" />],
    ["Environment", <Foreign text={l.environment} otherwise="not said" />],
    ["Criticality", l.criticality ? <Badge word={criticalityWord(l.criticality)} /> : <span class="quiet">not said</span>],
    ["Service", l.service ? <a href={links.service(l.service.id)}><Foreign text={l.service.name} /></a> : <span class="quiet">none</span>],
    ["How to renew", <Foreign text={l.note} otherwise="nobody wrote it down" />],
  ];
}

function Shown({ lineage, tag, reload }: { lineage: LineageRow; tag: string | null; reload: () => void }) {
  return (
    <>
      {lineage.ignored && <p class="banner">Ignored{lineage.ignored.until ? <> until <When time={lineage.ignored.until} /></> : ""}: <Foreign text={lineage.ignored.reason} otherwise="no reason given" /></p>}
      <Editable name="lineage-edit" title="What you know of it" path={`/lineages/${lineage.id}`} tag={tag} fields={FIELDS} values={valuesOf(lineage)} rows={rows(lineage)} line={(body) => lineOf(lineage, body)} onChange={reload} />
    </>
  );
}

export function LineageFacts({ id, onChange }: { id: string; onChange: () => void }) {
  const got = useResource<{ row: LineageRow }>(`/lineages/${encodeURIComponent(id)}`);
  return <Loaded from={got} what="its owner">{(data) => <Shown lineage={data.row} tag={got.tag} reload={() => { got.reload(); onChange(); }} />}</Loaded>;
}
