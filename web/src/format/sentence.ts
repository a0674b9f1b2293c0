// SPDX-License-Identifier: Apache-2.0
// The plain sentences: what somebody who knows nothing of certificates should read first.

import type { CertificateRow, Overview, Path } from "../api/types.ts";
import { count, secondsUntil, span } from "./time.ts";

const NOBODY: Record<Path, string> = {
  proven: "its renewal has been proven",
  untested: "its renewal is set up but was never tried",
  failing: "its renewal is failing",
  manual: "somebody renews it by hand",
  none: "nobody renews it",
};

function lifeClause(row: CertificateRow, nowMs: number): string {
  const start = secondsUntil(row.not_before, nowMs);
  const end = secondsUntil(row.not_after, nowMs);
  if (end < 0) return `expired ${span(end)} ago`;
  if (start > 0) return `becomes valid in ${span(start)}`;
  return `expires in ${span(end)}`;
}

function servedClause(row: CertificateRow): string {
  if (row.served === 0) return "is served nowhere that we looked";
  const still = row.state === "expired" ? "is still served" : "is served";
  return `${still} by ${count(row.served, "endpoint")}`;
}

/** The part after the name: "expires in 12 days, is served by 2 endpoints and nobody renews it." */
export function certificateSentence(row: CertificateRow, issued: number, nowMs: number): string {
  if (row.ca) {
    const children = issued > 0 ? `has issued ${count(issued, "certificate")} that we know` : "has issued nothing that we know";
    return `is a certificate authority, ${lifeClause(row, nowMs)} and ${children}.`;
  }
  const path = row.lineage ? (NOBODY[row.lineage.path] ?? "its renewal is unknown") : "nobody renews it";
  return `${lifeClause(row, nowMs)}, ${servedClause(row)} and ${path}.`;
}

/** The headline of the overview in three parts, each of them a link. */
export function headline(h: Overview["headline"]): [string, string, string] {
  return [
    `${count(h.active, "active certificate")}.`,
    `${h.proven.toLocaleString("en")} ${h.proven === 1 ? "has" : "have"} a proven renewal path.`,
    `${h.need_you.toLocaleString("en")} ${h.need_you === 1 ? "needs" : "need"} you.`,
  ];
}
