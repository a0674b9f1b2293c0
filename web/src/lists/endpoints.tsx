// SPDX-License-Identifier: Apache-2.0
// How endpoints are listed.

import type { Endpoint } from "../api/types.ts";
import { hostPort } from "../format/names.ts";
import { outcomeWord } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Foreign } from "../parts/foreign.tsx";
import type { ListSpec } from "../parts/listing.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

export const endpointColumns: Column<Endpoint>[] = [
  {
    name: "host", title: "Endpoint", sort: "host", class: "wide",
    cell: (e) => (
      <>
        {e.certificate ? <a class="row-link" href={links.certificate(e.certificate)}><Foreign text={hostPort(e.host, e.port)} /></a> : <Foreign text={hostPort(e.host, e.port)} />}
        {e.address && e.address !== e.host && <span class="small quiet"> {e.address}</span>}
        {e.server_name && e.server_name !== e.host && <span class="small quiet"> asked for <Foreign text={e.server_name} /></span>}
        {e.demo && <span class="tag">demo</span>}
      </>
    ),
  },
  { name: "protocol", title: "Protocol", class: "narrow", cell: (e) => e.protocol },
  { name: "outcome", title: "Outcome", cell: (e) => <Badge word={outcomeWord(e.outcome)} /> },
  { name: "certificate", title: "Certificate", class: "middle", cell: (e) => (e.certificate ? <a href={links.certificate(e.certificate)}><Foreign text={e.name} most={60} /></a> : <span class="quiet"><Foreign text={e.detail} otherwise="–" /></span>) },
  { name: "not_after", title: "Expires", cell: (e) => <When time={e.not_after} /> },
  { name: "problems", title: "Problems", class: "middle", cell: (e) => <Problems of={e.problems} /> },
  { name: "last_seen", title: "Last seen", sort: "last_seen", cell: (e) => <When time={e.last_seen} /> },
  { name: "first_seen", title: "First seen", extra: true, cell: (e) => <When time={e.first_seen} /> },
];

export const endpointList: ListSpec<Endpoint> = {
  path: "endpoints", of: "endpoints", noun: ["endpoint", "endpoints"], columns: endpointColumns, rowKey: (e) => e.id, rowName: (e) => hostPort(e.host, e.port), href: (e) => (e.certificate ? links.certificate(e.certificate) : null),
  example: "www port:443 outcome:timeout", facets: ["outcome", "state", "problem", "protocol", "port", "tls"], empty: <FirstSteps scan={null} />, says: ["list", "--of", "endpoints"],
};
