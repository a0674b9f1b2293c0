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

export interface Ref {
  id: string;
  name: string;
}
export type Criticality = "low" | "normal" | "high" | "critical";
export type Kind = "dv" | "ov" | "iv" | "ev" | "private" | "self-signed";

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
  type: Kind | null;
  wildcard: boolean;
  multi_name: boolean;
  private_ca: boolean;
  /** these four are its lineage's */
  owner: Ref | null;
  tags: string[];
  environment: string | null;
  criticality: Criticality | null;
  replaces: string | null;
  replaced_by: string | null;
  gone_at: string | null;
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
  kind: string;
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
  /** of a place on disk */
  file?: LocationFile | null;
}
export interface LocationFile {
  path: string;
  alias: string | null;
  /** the configuration that names it */
  server: string | null;
  config: string | null;
  line: number | null;
  mode: string | null;
  modified_at: string | null;
  key_readable_by: string | null;
  key_matches: boolean | null;
  automation: string | null;
  renewals: number;
  /** whether a server shows the same; null: nobody compared */
  matches_served: boolean | null;
  compared_at: string | null;
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
  key_history?: CertificateRow[];
  same_names?: CertificateRow[];
  hosts?: number;
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
  owner: Ref | null;
  tags: string[];
  purpose: string | null;
  environment: string | null;
  criticality: Criticality | null;
  note: string | null;
  service: Ref | null;
  ignored: { at: string; until: string | null; reason: string | null } | null;
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

export interface Contact {
  role: "owner" | "technical" | "security";
  name: string;
  email: string | null;
}
export interface Team {
  id: string;
  name: string;
  note: string | null;
  contacts: Contact[];
  lineages: number;
  services: number;
  hosts: number;
  created_at: string;
  demo: boolean;
}
export interface Service {
  id: string;
  name: string;
  criticality: Criticality | null;
  environment: string | null;
  note: string | null;
  cmdb_id: string | null;
  owner: Ref | null;
  lineages: number;
  hosts: number;
  created_at: string;
  demo: boolean;
}
export interface Host {
  id: string;
  name: string;
  cmdb_id: string | null;
  note: string | null;
  service: Ref | null;
  owner: Ref | null;
  endpoints: number;
  certificates: number;
  first_seen: string;
  last_seen: string;
  demo: boolean;
}

export interface KeyRow {
  sha256: string;
  algorithm: string;
  bits: number | null;
  curve: string | null;
  certificates: number;
  hosts: number;
  lineages: number;
  teams: number;
  first_seen: string;
  demo: boolean;
}
export interface KeyWhole {
  row: KeyRow;
  /** the first hundred of each */
  certificates: CertificateRow[];
  hosts: Host[];
  teams: Team[];
}
export interface HostWhole {
  row: Host;
  endpoints: Endpoint[];
  files?: Location[];
}
export interface Authority {
  sha256: string;
  name: string | null;
  kind: "root" | "intermediate";
  state: State;
  served: number;
  not_after: string;
  key: Key;
  issued: number;
  issued_active: number;
  trust: Trust | null;
  problems: string[];
}

export interface FacetValue {
  value: string | null;
  label: string | null;
  count: number;
  /** the term that asks for it, and the whole query narrowed by it; null: cannot be asked for */
  term: string | null;
  q: string | null;
}
export interface Facet {
  field: string;
  values: FacetValue[];
  more: boolean;
}
export interface Facets {
  total: number | null;
  facets: Facet[];
  /** counted up to a bound, or a moment ago */
  approximate: boolean;
  at: string;
}
export interface Group {
  value: string | null;
  label: string | null;
  count: number;
  next_not_after: string | null;
  term: string | null;
  q: string | null;
}
export interface Groups {
  total: number | null;
  approximate: boolean;
  at: string;
  by: string;
  items: Group[];
  more: boolean;
}
export interface Completion {
  /** the columns, from 1, of the word that would be replaced */
  from: number;
  to: number;
  items: { insert: string; label: string; kind: "field" | "operator" | "value"; hint: string | null }[];
}
export interface View {
  id: string;
  name: string;
  of: string;
  q: string;
  sort: string;
  columns: string[];
  group_by: string;
  shared: boolean;
  owner: Ref | null;
  mine: boolean;
  created_at: string;
}
export interface Selection {
  id: string;
  of: string;
  count: number;
  hash: string;
  q: string | null;
  created_at: string;
  expires_at: string;
}
export interface Preview {
  count: number;
  /** null: too many to tell beforehand */
  changes: number | null;
  sample: { name: string; before: string; after: string }[];
}
export interface Job {
  id: string;
  kind: string;
  subject: string | null;
  state: ScanState;
  attempts: number;
  due_at: string;
  created_at: string;
  ended_at: string | null;
  detail: string | null;
  progress: { done: number; total: number | null } | null;
  result: Record<string, unknown> | null;
}
/** What an event tells of a job. */
export interface JobWord {
  id: string;
  kind: string;
  state: ScanState;
  done: number;
  total: number;
}

export interface Span {
  count: number;
  without_path: number | null;
}
export interface Timeline {
  days: (Span & { day: string })[];
  weeks: (Span & { week: string })[];
  load: { per_week_now: number; per_week_then: number | null; lifetime_days: number | null } | null;
  /** in use although over */
  overdue: number;
  approximate: boolean;
  at: string;
  sentence: string;
}
export interface MapNode {
  id: string;
  kind: string;
  name: string;
  state: string | null;
  sub: string | null;
  href: string | null;
  /** so many others that are not drawn */
  more?: number;
}
export interface Graph {
  nodes: MapNode[];
  edges: { from: string; to: string; kind: string }[];
  cut: number;
  sentence: string;
}

export interface Quiet {
  days: string;
  from: string;
  to: string;
}
export interface Schedule {
  every_s: number | null;
  quiet: Quiet[];
  /** of the quiet hours */
  zone: string;
  paused: boolean;
}
export interface SourceRun {
  id: string;
  source: string;
  state: ScanState;
  scan: string | null;
  due_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  by: string | null;
  targets: number;
  outcomes: Record<string, number>;
  new_certificates: number;
  changed: number;
  gone: number;
  detail: string | null;
}
export interface Source {
  id: string;
  name: string;
  kind: string;
  options: Record<string, unknown>;
  schedule: Schedule;
  created_at: string;
  next_run_at: string | null;
  running: boolean;
  last_run: SourceRun | null;
  found: number;
  demo: boolean;
}
export interface SourceOption {
  name: string;
  type: "words" | "text" | "choice" | "number" | "flag";
  label: string;
  help: string | null;
  needed: boolean;
  usual: string | null;
  choices: string[];
  least: number;
  most: number;
}
export interface SourceKind {
  name: string;
  title: string;
  about: string;
  options: SourceOption[];
}
export interface Change {
  id: string;
  at: string;
  kind: "new" | "changed" | "gone";
  certificate: CertificateRow;
  before: string | null;
  location_kind: string | null;
  location: string | null;
  endpoint: string | null;
  source: Ref | null;
  run: string | null;
  demo: boolean;
}
export interface CoverageRow {
  source: string;
  scope: string;
  targets: number;
  answered: number;
  tls: number;
  certificates: number;
  last_scanned_at: string | null;
  ports: { port: number; tls: number; other: number }[];
}
export interface Unclear {
  id: string;
  server_name: string | null;
  address: string | null;
  source: string | null;
  target: string;
  outcome: string;
  detail: string | null;
  at: string;
  scan: string | null;
}
export interface RuleSet {
  owner?: string | null;
  tags?: string[];
  purpose?: string | null;
  environment?: string | null;
  criticality?: Criticality | null;
  service?: string | null;
  ignore?: string | null;
}
export interface Rule {
  id: string;
  name: string;
  position: number;
  q: string;
  set: RuleSet;
  enabled: boolean;
  matches: number;
}
export interface RuleTry {
  matches: number;
  would_change: number;
  approximate: boolean;
  sample: CertificateRow[];
}
