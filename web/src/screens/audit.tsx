// SPDX-License-Identifier: Apache-2.0
// Who did what, when, why, from where.

import type { AuditEntry } from "../api/types.ts";
import { exact } from "../format/time.ts";
import { Foreign } from "../parts/foreign.tsx";
import { Listing, type ListSpec } from "../parts/listing.tsx";
import { Empty } from "../parts/page.tsx";
import type { Column } from "../parts/table.tsx";

const COLUMNS: Column<AuditEntry>[] = [
  { name: "index", title: "No.", class: "number", cell: (a) => a.index.toLocaleString("en") },
  { name: "when", title: "When", class: "expires", cell: (a) => exact(a.at) },
  { name: "who", title: "Who", cell: (a) => <Foreign text={a.who} otherwise="–" most={40} /> },
  { name: "what", title: "What", cell: (a) => <Foreign text={a.what} most={60} /> },
  { name: "object", title: "Object", class: "middle", cell: (a) => <Foreign text={a.object} otherwise="–" most={60} /> },
  { name: "why", title: "Why", class: "middle", cell: (a) => <Foreign text={a.why} otherwise="–" most={80} /> },
  { name: "from", title: "From", cell: (a) => <Foreign text={a.from} otherwise="–" most={40} /> },
  { name: "leaf", title: "Leaf", class: "narrow", cell: (a) => <code title={a.hash}>{a.hash.slice(0, 12)}</code> },
];

const LIST: ListSpec<AuditEntry> = { path: "audit", noun: ["entry", "entries"], columns: COLUMNS, rowKey: (a) => String(a.index), says: ["audit", "list"], empty: <Empty title="Nothing has been changed yet." /> };
const LEAD = <p>Every change with who, when, why and from where, written together with the change itself. Each entry is a leaf of a hash tree: one cannot be altered without being noticed.</p>;

export const Audit = () => <Listing title="Audit" spec={LIST} lead={LEAD} />;
