// SPDX-License-Identifier: Apache-2.0
// What the API says, as types. Times are RFC 3339 in UTC; certificates are known by the SHA-256 of their bytes.

export interface List<T> {
  items: T[];
  next_cursor: string | null;
  total?: number | null;
}

export interface User {
  id: string;
  name: string;
  role: string;
}

export type State = "valid" | "expiring" | "expired" | "future";
export type Severity = "critical" | "warning" | "notice";
export type Path = "proven" | "untested" | "failing" | "manual" | "none";

/** "trusted", or the reason why not; null when nobody judged. */
export interface Trust {
  mozilla: string | null;
  chrome: string | null;
  system: string | null;
}

export interface Key {
  algorithm: string;
  bits: number | null;
  curve: string | null;
  sha256?: string;
}

export interface CertificateRow {
  sha256: string;
  name: string | null;
  subject: string | null;
  issuer_cn: string | null;
  not_before: string;
  not_after: string;
  lifetime_s: number;
  key: Key;
  names_count: number;
  ca: boolean;
  self_signed: boolean;
  state: State;
  served: number;
  first_seen: string;
  last_seen: string;
  trust: Trust | null;
  lineage: { id: string; name: string; path: Path } | null;
  problems: string[];
  demo: boolean;
}

export interface Facts {
  sha256: string;
  serial: string;
  version: number;
  subject: string;
  subject_cn: string | null;
  issuer: string;
  issuer_cn: string | null;
  names: { dns: string[]; ip: string[]; email: string[]; uri: string[] };
  not_before: string;
  not_after: string;
  lifetime_s: number;
  key: Key;
  signature: string;
  validation: string | null;
  ca: boolean;
  path_length: number | null;
  self_issued: boolean;
  self_signed: boolean;
  wildcard: boolean;
  key_usage: string[];
  extended_key_usage: string[];
  policies: string[];
  subject_key_id: string | null;
  authority_key_id: string | null;
  ocsp: string[];
  crl: string[];
  ca_issuers: string[];
  scts: number;
  must_staple: boolean;
  precertificate: boolean;
}

export interface Location {
  id: string;
  kind: "endpoint" | "file";
  address: string | null;
  host: string | null;
  port: number | null;
  protocol: string | null;
  server_name: string | null;
  position: number | null;
  first_seen: string;
  last_seen: string;
  current: boolean;
  outcome: string | null;
  detail: string | null;
  name_matches: boolean | null;
  chain_complete: boolean | null;
  trust: Trust | null;
  tls: { version: string; cipher: string; group: string | null; alpn: string | null } | null;
}

export interface Certificate {
  row: CertificateRow;
  facts: Facts;
  locations: Location[];
  /** more than these were seen */
  locations_more?: boolean;
  /** what the servers sent after it, in order */
  chain: CertificateRow[];
  issued_count: number;
  lineage: { id: string; name: string; path: Path; path_reason: string | null; certificates: CertificateRow[] } | null;
}

export interface Endpoint {
  id: string;
  host: string;
  address: string | null;
  port: number;
  protocol: string;
  server_name: string | null;
  outcome: string;
  detail: string | null;
  certificate: string | null;
  name: string | null;
  not_after: string | null;
  problems: string[];
  first_seen: string;
  last_seen: string;
  demo: boolean;
}

export interface LineageRow {
  id: string;
  name: string;
  path: Path;
  path_reason: string | null;
  active: boolean;
  certificates_count: number;
  certificate: string | null;
  not_after: string | null;
  problems: string[];
  demo: boolean;
}

export type ScanState = "waiting" | "running" | "done" | "stopped" | "failed";

export interface Scan {
  id: string;
  state: ScanState;
  targets: string[];
  /** null: not known (ranges without end, lists) */
  targets_total: number | null;
  targets_done: number;
  outcomes: Record<string, number>;
  new_certificates: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  by: string | null;
  detail: string | null;
}

export interface ScanRecord {
  target: string;
  host: string;
  address: string | null;
  port: number;
  protocol: string;
  server_name: string | null;
  outcome: string;
  detail: string | null;
  tls: { version: string; cipher: string; group: string | null; alpn: string | null } | null;
  chain: Facts[];
  other_leaves?: Facts[];
  name_matches: boolean | null;
  chain_complete: boolean | null;
  trust: Trust | null;
  at: string;
  elapsed_ms: number;
}

export interface Need {
  lineage: string | null;
  certificate: string;
  name: string;
  why: string;
  code: string;
  severity: Severity;
  not_after: string;
}

export interface Overview {
  at: string;
  headline: { active: number; proven: number; need_you: number };
  totals: { certificates: number; lineages: number; endpoints: number; hosts: number };
  expiring_weeks: { week: string; count: number }[];
  needs: Need[];
  last_scan: Scan | null;
  demo: boolean;
}

export interface AuditEntry {
  index: number;
  at: string;
  who: string | null;
  what: string;
  object: string | null;
  why: string | null;
  from: string | null;
  hash: string;
}
