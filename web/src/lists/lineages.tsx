// SPDX-License-Identifier: Apache-2.0
// How lineages are listed.

import type { LineageRow } from "../api/types.ts";
import { value } from "../format/query.ts";
import { criticalityWord, pathWord } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import type { ListSpec } from "../parts/listing.tsx";
import { Owner, Tags } from "../parts/owner.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

export const lineageList: ListSpec<LineageRow> = {
  path: "lineages", of: "lineages", noun: ["lineage", "lineages"], rowKey: (l) => l.id, rowName: (l) => l.name, href: (l) => (l.certificate ? links.certificate(l.certificate) : null), example: "shop path:none",
  facets: ["path", "state", "owner", "environment", "criticality", "tag"], actions: ["own", "tag", "untag", "set", "adopt", "ignore", "unignore"], empty: <FirstSteps scan={null} />, says: ["list", "--of", "lineages"],
  columns: [
    { name: "name", title: "Name", sort: "name", class: "wide", cell: (l) => <>{l.certificate ? <a class="row-link" href={links.certificate(l.certificate)}><Foreign text={l.name} most={90} /></a> : <Foreign text={l.name} most={90} />}{l.ignored && <span class="tag">ignored</span>}</> },
    { name: "path", title: "Renewed by", cell: (l) => <Badge word={pathWord(l.path)} /> },
    { name: "path_reason", title: "Why we think so", class: "wide", cell: (l) => <Foreign text={l.path_reason} otherwise={pathWord(l.path).why} /> },
    { name: "owner", title: "Owner", cell: (l) => <Owner owner={l.owner} /> },
    { name: "not_after", title: "Expires", cell: (l) => <When time={l.not_after} /> },
    { name: "certificates_count", title: "Certificates", class: "number", cell: (l) => <a href={links.certificates(`lineage=${value(l.name)}`)}>{l.certificates_count.toLocaleString("en")}</a> },
    { name: "problems", title: "Problems", class: "middle", cell: (l) => <Problems of={l.problems} /> },
    { name: "tags", title: "Tags", extra: true, class: "middle", cell: (l) => <Tags tags={l.tags} href={links.lineages} /> },
    { name: "environment", title: "Environment", extra: true, cell: (l) => <Foreign text={l.environment} otherwise="–" most={30} /> },
    { name: "purpose", title: "Purpose", extra: true, class: "middle", cell: (l) => <Foreign text={l.purpose} otherwise="–" most={60} /> },
    { name: "criticality", title: "Criticality", extra: true, cell: (l) => (l.criticality ? <Badge word={criticalityWord(l.criticality)} /> : <span class="quiet">–</span>) },
    { name: "service", title: "Service", extra: true, cell: (l) => (l.service ? <a href={links.service(l.service.id)}><Foreign text={l.service.name} most={40} /></a> : <span class="quiet">–</span>) },
  ],
};
