// SPDX-License-Identifier: Apache-2.0
// Who did what, when, why, from where.

import type { AuditEntry } from "../api/types.ts";
import { exact } from "../format/time.ts";
import { Foreign } from "../parts/foreign.tsx";
import { Listing } from "../parts/listing.tsx";
import { Empty } from "../parts/page.tsx";
import type { Column } from "../parts/table.tsx";

const COLUMNS: Column<AuditEntry>[] = [
  { title: "No.", class: "number", cell: (a) => a.index.toLocaleString("en") },
  { title: "When", class: "expires", cell: (a) => exact(a.at) },
  { title: "Who", cell: (a) => <Foreign text={a.who} otherwise="–" most={40} /> },
  { title: "What", cell: (a) => <Foreign text={a.what} most={60} /> },
  { title: "Object", class: "middle", cell: (a) => <Foreign text={a.object} otherwise="–" most={60} /> },
  { title: "Why", class: "middle", cell: (a) => <Foreign text={a.why} otherwise="–" most={80} /> },
  { title: "From", cell: (a) => <Foreign text={a.from} otherwise="–" most={40} /> },
  { title: "Leaf", class: "narrow", cell: (a) => <code title={a.hash}>{a.hash.slice(0, 12)}</code> },
];

export function Audit() {
  return (
    <Listing<AuditEntry> title="Audit" path="audit" says={["audit", "list"]} noun={["entry", "entries"]} columns={COLUMNS} rowKey={(a) => String(a.index)} empty={<Empty title="Nothing has been changed yet." />}
      lead={<p>Every change with who, when, why and from where, written together with the change itself. Each entry is a leaf of a hash tree: one cannot be altered without being noticed.</p>} />
  );
}
