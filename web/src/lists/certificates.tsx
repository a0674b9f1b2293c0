// SPDX-License-Identifier: Apache-2.0
// How certificates are listed: their columns, filters, groups and what can be done with them.

import type { CertificateRow } from "../api/types.ts";
import { issuedBy, servedAt, terms } from "../format/query.ts";
import { plain } from "../format/names.ts";
import { count, exact, lifetime } from "../format/time.ts";
import { criticalityWord, keyText, pathWord, problemsBeside, stateOf, typeWord } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { LifeBar } from "../parts/lifebar.tsx";
import type { ListSpec } from "../parts/listing.tsx";
import { Owner, Tags } from "../parts/owner.tsx";
import type { Column } from "../parts/table.tsx";
import { trustWord } from "../parts/trust.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

const CHIPS = [
  { label: "Expired", term: terms.expired },
  { label: "Expiring", term: terms.expiring },
  { label: "Any problem", term: terms.problem },
  { label: "Nobody renews it", term: terms.noPath },
  { label: "In use", term: terms.active },
  { label: "Self-signed", term: terms.selfSigned },
  { label: "Authorities", term: terms.authority },
];

export const certificateColumns: Column<CertificateRow>[] = [
  {
    name: "name", title: "Name", sort: "name", class: "wide",
    cell: (r) => (
      <>
        <a class="row-link" href={links.certificate(r.sha256)}><Foreign text={r.name} most={80} /></a>
        {r.names_count > 1 && <span class="more"> +{count(r.names_count - 1, "name")}</span>}
        {r.ca && <span class="tag">authority</span>}
        {r.wildcard && <span class="tag">wildcard</span>}
        {r.demo && <span class="tag">demo</span>}
      </>
    ),
  },
  { name: "state", title: "State", cell: (r) => <Badge word={stateOf(r)} /> },
  {
    name: "not_after", title: "Expires", sort: "not_after", class: "expires",
    cell: (r) => <span class="expires-line"><When time={r.not_after} /><LifeBar of={r} small /></span>,
  },
  { name: "lineage", title: "Renewed by", cell: (r) => (r.lineage ? <Badge word={pathWord(r.lineage.path)} /> : <span class="quiet">–</span>) },
  { name: "owner", title: "Owner", cell: (r) => (r.lineage ? <Owner owner={r.owner} /> : <span class="quiet">–</span>) },
  { name: "issuer_cn", title: "Issuer", sort: "issuer", class: "line", cell: (r) => (r.issuer_cn ? <a href={links.certificates(issuedBy(r.issuer_cn))} title={plain(r.issuer_cn)}><Foreign text={r.issuer_cn} most={60} /></a> : <Foreign text={null} otherwise="–" />) },
  { name: "served", title: "Served at", class: "number", cell: (r) => <a href={links.endpoints(servedAt(r.sha256))} aria-label={`served at ${count(r.served, "endpoint")}`}>{r.served.toLocaleString("en")}</a> },
  { name: "problems", title: "Problems", class: "middle", cell: (r) => <Problems of={problemsBeside(r.state, r.problems)} /> },
  { name: "tags", title: "Tags", class: "middle", extra: true, cell: (r) => <Tags tags={r.tags} /> },
  { name: "environment", title: "Environment", extra: true, cell: (r) => <Foreign text={r.environment} otherwise="–" most={30} /> },
  { name: "criticality", title: "Criticality", extra: true, cell: (r) => (r.criticality ? <Badge word={criticalityWord(r.criticality)} /> : <span class="quiet">–</span>) },
  { name: "key", title: "Key", class: "narrow", extra: true, cell: (r) => keyText(r.key) },
  { name: "lifetime_s", title: "Lifetime", class: "narrow", extra: true, cell: (r) => lifetime(r.lifetime_s) },
  { name: "not_before", title: "Begins at", class: "narrow", extra: true, cell: (r) => exact(r.not_before) },
  { name: "type", title: "Type", extra: true, cell: (r) => (r.type ? <Badge word={typeWord(r.type)} /> : <span class="quiet">–</span>) },
  { name: "trust", title: "Trusted", extra: true, cell: (r) => <Badge word={trustWord(r.trust)} /> },
  { name: "first_seen", title: "First seen", sort: "first_seen", extra: true, cell: (r) => <When time={r.first_seen} /> },
  { name: "last_seen", title: "Last seen", extra: true, cell: (r) => <When time={r.last_seen} /> },
];

export const certificateList: ListSpec<CertificateRow> = {
  path: "certificates", of: "certificates", noun: ["certificate", "certificates"], columns: certificateColumns, rowKey: (r) => r.sha256, rowName: (r) => r.name ?? r.sha256, href: (r) => links.certificate(r.sha256),
  example: 'shop expires<30d issuer:"R11" path:none', sort: "not_after", facets: ["state", "path", "problem", "owner", "environment", "issuer", "type", "key", "tag"],
  groups: ["owner", "issuer", "week", "key", "type", "environment", "path", "tag"], chips: CHIPS, actions: ["own", "tag", "untag", "set", "ignore"],
  empty: <FirstSteps scan={null} />, says: ["list"],
};
