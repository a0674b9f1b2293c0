// SPDX-License-Identifier: Apache-2.0
// What came of each target of a scan.

import type { ScanRecord } from "../api/types.ts";
import { hostPort } from "../format/names.ts";
import { outcomeWord, stateWord } from "../format/words.ts";
import { links } from "../router.ts";
import { now } from "../state/clock.ts";
import { Badge } from "./badge.tsx";
import { Foreign } from "./foreign.tsx";
import { Empty } from "./page.tsx";
import { Table, type Column } from "./table.tsx";
import { trustWord } from "./trust.tsx";
import { When } from "./when.tsx";

function leafState(r: ScanRecord): string {
  const leaf = r.chain[0];
  if (!leaf) return "";
  if (Date.parse(leaf.not_after) < now.value) return "expired";
  return Date.parse(leaf.not_before) > now.value ? "future" : "valid";
}

function leafName(r: ScanRecord): string | null {
  const leaf = r.chain[0];
  return leaf ? (leaf.names.dns[0] ?? leaf.subject_cn ?? leaf.names.ip[0] ?? leaf.subject) : null;
}

const COLUMNS: Column<ScanRecord>[] = [
  { name: "target", title: "Target", class: "wide", cell: (r) => <><Foreign text={hostPort(r.host, r.port)} />{r.address && r.address !== r.host && <span class="small quiet"> {r.address}</span>}{r.server_name && r.server_name !== r.host && <span class="small quiet"> asked for <Foreign text={r.server_name} /></span>}</> },
  { name: "protocol", title: "Protocol", class: "narrow", cell: (r) => <>{r.protocol}{r.tls && <span class="small quiet"> {r.tls.version}</span>}</> },
  { name: "outcome", title: "Outcome", cell: (r) => <Badge word={outcomeWord(r.outcome)} /> },
  {
    name: "certificate", title: "Certificate", class: "wide",
    cell: (r) => (r.chain[0] ? <><a href={links.certificate(r.chain[0].sha256)}><Foreign text={leafName(r)} most={60} /></a> {leafState(r) !== "valid" && <Badge word={stateWord(leafState(r))} />}</> : <span class="quiet"><Foreign text={r.detail} otherwise="–" /></span>),
  },
  { name: "expires", title: "Expires", cell: (r) => <When time={r.chain[0]?.not_after ?? null} /> },
  { name: "name", title: "Name", cell: (r) => (r.name_matches === null ? <span class="quiet">–</span> : r.name_matches ? "right" : <Badge word={{ label: "wrong name", tone: "critical", why: "It is not for the name asked for." }} />) },
  { name: "trusted", title: "Trusted", cell: (r) => (r.trust ? <Badge word={trustWord(r.trust)} /> : <span class="quiet">–</span>) },
];

export function Records({ records, running }: { records: ScanRecord[]; running: boolean }) {
  if (records.length === 0) return <Empty title={running ? "They appear here as they come." : "No record."} />;
  return <Table caption="Records of the scan" columns={COLUMNS} rows={records} rowKey={(r) => `${r.target} ${r.address} ${r.port} ${r.server_name}`} busy={running} href={(r) => (r.chain[0] ? links.certificate(r.chain[0].sha256) : null)} />;
}
