// SPDX-License-Identifier: Apache-2.0
// Names that somebody must keep valid, and whether somebody does.

import type { LineageRow } from "../api/types.ts";
import { value } from "../format/query.ts";
import { pathWord } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Listing } from "../parts/listing.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

const COLUMNS: Column<LineageRow>[] = [
  { title: "Name", sort: "name", class: "wide", cell: (l) => (l.certificate ? <a class="row-link" href={links.certificate(l.certificate)}><Foreign text={l.name} most={90} /></a> : <Foreign text={l.name} most={90} />) },
  { title: "Renewed by", cell: (l) => <Badge word={pathWord(l.path)} /> },
  { title: "Why we think so", class: "wide", cell: (l) => <Foreign text={l.path_reason} otherwise={pathWord(l.path).why} /> },
  { title: "Expires", cell: (l) => <When time={l.not_after} /> },
  { title: "Certificates", class: "number", cell: (l) => <a href={links.certificates(`lineage=${value(l.name)}`)}>{l.certificates_count.toLocaleString("en")}</a> },
  { title: "Problems", class: "middle", cell: (l) => <Problems of={l.problems} /> },
];

export function Lineages() {
  return (
    <Listing<LineageRow> title="Lineages" path="lineages" says={["list", "--of", "lineages"]} noun={["lineage", "lineages"]} columns={COLUMNS} rowKey={(l) => l.id} example="shop path:none"
      href={(l) => (l.certificate ? links.certificate(l.certificate) : null)} empty={<FirstSteps scan={null} />}
      lead={<p>A lineage is a name, or a set of names, that somebody must keep valid from one certificate to the next.</p>} />
  );
}
