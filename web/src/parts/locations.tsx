// SPDX-License-Identifier: Apache-2.0
// Where a certificate was seen, and how it fares there: name, chain, trust, in words.

import type { Location } from "../api/types.ts";
import { hostPort } from "../format/names.ts";
import { outcomeWord, type Word } from "../format/words.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./foreign.tsx";
import { Empty } from "./page.tsx";
import { Table, type Column } from "./table.tsx";
import { trustWord } from "./trust.tsx";
import { When } from "./when.tsx";
import { links } from "../router.ts";

function yesNo(is: boolean | null, yes: Word, no: Word) {
  if (is === null) return <span class="quiet">–</span>;
  return <Badge word={is ? yes : no} />;
}

const NAME_OK: Word = { label: "right name", tone: "ok", why: "The certificate is for the name asked for." };
const NAME_BAD: Word = { label: "wrong name", tone: "critical", why: "The certificate is not for the name asked for." };
const CHAIN_OK: Word = { label: "complete", tone: "ok", why: "Every certificate up to the root was sent." };
const CHAIN_BAD: Word = { label: "incomplete", tone: "warning", why: "An intermediate certificate was not sent: some clients fail." };

function position(n: number | null): string {
  if (n === null || n === 0) return "as its own";
  return `in the chain, place ${n + 1}`;
}

const COLUMNS: Column<Location>[] = [
  {
    title: "Where", class: "wide",
    cell: (l) => (
      <>
        <Foreign text={l.kind === "file" ? (l.address ?? l.host) : hostPort(l.host ?? l.address, l.port)} />
        {l.kind === "endpoint" && l.address && l.host && l.address !== l.host && <span class="small quiet"> {l.address}</span>}
        {l.server_name && l.server_name !== l.host && <span class="small quiet"> asked for <Foreign text={l.server_name} /></span>}
      </>
    ),
  },
  { title: "Protocol", class: "narrow", cell: (l) => <>{l.protocol ?? l.kind}{l.tls && <span class="small quiet"> {l.tls.version}</span>}</> },
  { title: "Shown", cell: (l) => <>{position(l.position)}{!l.current && <span class="tag">not any more</span>}</> },
  { title: "Outcome", cell: (l) => (l.outcome ? <span title={l.detail ?? undefined}><Badge word={outcomeWord(l.outcome)} /></span> : <span class="quiet">–</span>) },
  { title: "Name", cell: (l) => yesNo(l.name_matches, NAME_OK, NAME_BAD) },
  { title: "Chain", cell: (l) => yesNo(l.chain_complete, CHAIN_OK, CHAIN_BAD) },
  { title: "Trusted", cell: (l) => <Badge word={trustWord(l.trust)} /> },
  { title: "Last seen", cell: (l) => <When time={l.last_seen} /> },
];

export function Locations({ locations, ca }: { locations: Location[]; ca: boolean }) {
  if (locations.length === 0)
    return <Empty title="Nowhere that we looked."><p>{ca ? "No server sends it in its chain." : "It came from a file or another's chain."} <a href={links.newScan()}>Scan more</a>.</p></Empty>;
  return <Table caption="Where it is served" columns={COLUMNS} rows={locations} rowKey={(l) => `${l.id}-${l.position ?? 0}`} />;
}
