// SPDX-License-Identifier: Apache-2.0
// Scans so far.

import { scans as heard } from "../api/events.ts";
import type { Scan } from "../api/types.ts";
import { count } from "../format/time.ts";
import { scanStateWord } from "../format/words.ts";
import { Badge } from "../parts/badge.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { Listing, type ListSpec } from "../parts/listing.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

const latest = (s: Scan) => heard.value[s.id] ?? s;

const COLUMNS: Column<Scan>[] = [
  { name: "scan", title: "Scan of", class: "wide", cell: (s) => <><a class="row-link" href={links.scan(s.id)}><Foreign text={s.targets[0]} most={70} otherwise="nothing: no target was found" /></a>{s.targets.length > 1 && <span class="more"> and {count(s.targets.length - 1, "other")}</span>}</> },
  { name: "state", title: "State", cell: (s) => <Badge word={scanStateWord(latest(s).state)} /> },
  { name: "looked", title: "Looked at", class: "number", cell: (s) => <a href={links.scan(s.id)}>{latest(s).targets_done.toLocaleString("en")}</a> },
  { name: "new", title: "New", class: "number", cell: (s) => <a href={links.certificates("", "-first_seen")}>{latest(s).new_certificates.toLocaleString("en")}</a> },
  { name: "asked", title: "Asked for", cell: (s) => <When time={s.created_at} /> },
  { name: "by", title: "By", cell: (s) => <Foreign text={s.by} otherwise="–" most={30} /> },
];

const LIST: ListSpec<Scan> = { path: "scans", noun: ["scan", "scans"], columns: COLUMNS, rowKey: (s) => s.id, href: (s) => links.scan(s.id), empty: <FirstSteps scan={null} /> };

export const Scans = () => <Listing title="Scans" spec={LIST} actions={<a class="button primary" href={links.newScan()}>Scan now</a>} />;
