// SPDX-License-Identifier: Apache-2.0
// Where a certificate was seen, and how it fares there: name, chain, trust, in words.

import type { Location } from "../api/types.ts";
import { hostPort } from "../format/names.ts";
import { nameOf, outcomeWord, type Word } from "../format/words.ts";
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
  return `in a chain, no. ${n + 1}`;
}

const COLUMNS = (observed: (l: Location) => Word): Column<Location>[] => [
  {
    name: "where", title: "Where", class: "wide",
    cell: (l) => (
      <>
        <Foreign text={l.kind === "endpoint" ? hostPort(l.host ?? l.address, l.port) : (l.address ?? l.host)} />
        {l.kind === "endpoint" && l.address && l.host && l.address !== l.host && <span class="small quiet"> {l.address}</span>}
        {l.server_name && l.server_name !== l.host && <span class="small quiet"> asked for <Foreign text={l.server_name} /></span>}
      </>
    ),
  },
  { name: "protocol", title: "Protocol", class: "narrow", cell: (l) => <>{l.protocol ?? nameOf("place", l.kind)}{l.tls && <span class="small quiet"> {l.tls.version}</span>}</> },
  { name: "observed", title: "Observed", cell: (l) => <span class="badges"><Badge word={observed(l)} />{l.outcome && l.outcome !== "ok" && <span title={l.detail ?? undefined}><Badge word={outcomeWord(l.outcome)} /></span>}</span> },
  { name: "shown", title: "Shown", class: "narrow", cell: (l) => <>{position(l.position)}{!l.current && <span class="tag">was</span>}</> },
  { name: "name", title: "Name", cell: (l) => yesNo(l.name_matches, NAME_OK, NAME_BAD) },
  { name: "chain", title: "Chain", cell: (l) => yesNo(l.chain_complete, CHAIN_OK, CHAIN_BAD) },
  { name: "trusted", title: "Trusted", cell: (l) => <Badge word={trustWord(l.trust)} /> },
  { name: "last_seen", title: "Last seen", cell: (l) => <When time={l.last_seen} /> },
];

const GONE: Word = { label: "gone", tone: "quiet", why: "Seen there before; the last look found it no more." };
const AS_EXPECTED: Word = { label: "as expected", tone: "ok", why: "The newest certificate of its lineage, where it should be." };
const DIFFERS: Word = { label: "not what is served", tone: "warning", why: "The server that reads this file shows another certificate: it was not reloaded, perhaps." };
const OLD: Word = { label: "old one", tone: "warning", why: "Its lineage has a newer certificate, which is expected here." };
const SEEN: Word = { label: "seen", tone: "quiet", why: "It is part of what others show or keep." };

const LIES = (observed: (l: Location) => Word): Column<Location>[] => [
  { name: "where", title: "Where", class: "wide", cell: (l) => <><Foreign text={l.file?.path ?? l.address ?? l.host} />{l.file?.alias && <span class="small quiet"> entry <Foreign text={l.file.alias} /></span>}</> },
  { name: "kind", title: "Kind", cell: (l) => nameOf("place", l.kind) },
  { name: "observed", title: "Observed", cell: (l) => <Badge word={observed(l)} /> },
  { name: "named", title: "Named by", class: "middle", cell: (l) => (l.file?.config ? <><Foreign text={l.file.server} otherwise="" /> <span class="small quiet"><Foreign text={l.file.config} />{l.file.line !== null && `:${l.file.line}`}</span></> : <Foreign text={l.file?.server} otherwise="–" />) },
  { name: "automation", title: "Kept by", cell: (l) => <Foreign text={l.file?.automation} otherwise="–" /> },
  { name: "readable", title: "Its key is read by", cell: (l) => <Foreign text={l.file?.key_readable_by} otherwise="–" /> },
  { name: "last_seen", title: "Last seen", cell: (l) => <When time={l.last_seen} /> },
];

interface Props {
  locations: Location[];
  ca: boolean;
  /** no newer certificate of its lineage is expected in its place */
  expected: boolean;
  newest: string | null;
  self: string;
}

export function Locations({ locations, ca, expected, newest, self }: Props) {
  if (locations.length === 0)
    return <Empty title="Nowhere that we looked."><p>{ca ? "No server sends it in its chain." : "It came from a file or another's chain."} <a href={links.newScan()}>Scan more</a>.</p></Empty>;
  const observed = (l: Location) => (!l.current ? GONE : l.file?.matches_served === false ? DIFFERS : ca || newest === null || (l.position ?? 0) > 0 ? SEEN : expected ? AS_EXPECTED : OLD);
  const served = locations.filter((l) => l.kind === "endpoint");
  const lies = locations.filter((l) => l.kind !== "endpoint");
  const table = (caption: string, rows: Location[], columns: Column<Location>[]) => rows.length > 0 && <Table caption={caption} columns={columns} rows={rows} rowKey={(l) => `${l.kind}-${l.id}-${l.position ?? 0}`} />;
  const all = COLUMNS(observed);
  return (
    <>
      {newest !== null && newest !== self && <p class="small quiet">Expected in its place: <a href={links.certificate(newest)}>the newest of its lineage</a>.</p>}
      {served.length > 0 && <h3>Served</h3>}
      {table("Where it is served", served, all)}
      {lies.length > 0 && <h3>Lies in</h3>}
      {table("Where it lies", lies, LIES(observed))}
    </>
  );
}
