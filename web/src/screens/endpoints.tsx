// SPDX-License-Identifier: Apache-2.0
// What does each server show?

import type { Endpoint } from "../api/types.ts";
import { hostPort } from "../format/names.ts";
import { outcomeWord } from "../format/words.ts";
import { Badge, Problems } from "../parts/badge.tsx";
import { Foreign } from "../parts/foreign.tsx";
import { FirstSteps } from "../parts/firststeps.tsx";
import { Listing } from "../parts/listing.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { links } from "../router.ts";

const COLUMNS: Column<Endpoint>[] = [
  {
    title: "Endpoint", sort: "host", class: "wide",
    cell: (e) => (
      <>
        {e.certificate ? <a class="row-link" href={links.certificate(e.certificate)}><Foreign text={hostPort(e.host, e.port)} /></a> : <Foreign text={hostPort(e.host, e.port)} />}
        {e.address && e.address !== e.host && <span class="small quiet"> {e.address}</span>}
        {e.server_name && e.server_name !== e.host && <span class="small quiet"> asked for <Foreign text={e.server_name} /></span>}
        {e.demo && <span class="tag">demo</span>}
      </>
    ),
  },
  { title: "Protocol", class: "narrow", cell: (e) => e.protocol },
  { title: "Outcome", cell: (e) => <Badge word={outcomeWord(e.outcome)} /> },
  { title: "Certificate", class: "middle", cell: (e) => (e.certificate ? <a href={links.certificate(e.certificate)}><Foreign text={e.name} most={60} /></a> : <span class="quiet"><Foreign text={e.detail} otherwise="–" /></span>) },
  { title: "Expires", cell: (e) => <When time={e.not_after} /> },
  { title: "Problems", class: "middle", cell: (e) => <Problems of={e.problems} /> },
  { title: "Last seen", sort: "last_seen", cell: (e) => <When time={e.last_seen} /> },
];

export function Endpoints() {
  return (
    <Listing<Endpoint> title="Endpoints" path="endpoints" says={["list", "--of", "endpoints"]} noun={["endpoint", "endpoints"]} columns={COLUMNS} rowKey={(e) => e.id} example="www port:443 outcome:timeout"
      href={(e) => (e.certificate ? links.certificate(e.certificate) : null)} empty={<FirstSteps scan={null} />} />
  );
}
