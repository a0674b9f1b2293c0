// SPDX-License-Identifier: Apache-2.0
// The codes of the API in words. One table a kind; an unknown code is shown as it is.

import type { Criticality, Kind, Path, ScanState, Severity, State } from "../api/types.ts";

export type Tone = "ok" | "notice" | "warning" | "critical" | "quiet";

export interface Word {
  label: string;
  tone: Tone;
  why: string;
}

function find(table: Record<string, Word>, code: string): Word {
  const row = Object.prototype.hasOwnProperty.call(table, code) ? table[code] : undefined;
  return row ?? { label: code.replace(/-/g, " "), tone: "notice", why: "" };
}

const STATES: Record<State, Word> = {
  valid: { label: "valid", tone: "ok", why: "Inside its dates." },
  expiring: { label: "expiring", tone: "warning", why: "Its last days: time to renew." },
  expired: { label: "expired", tone: "critical", why: "Past its end: clients refuse it." },
  future: { label: "not yet valid", tone: "warning", why: "Its first day has not come: clients refuse it until then." },
};
export const stateWord = (code: string): Word => find(STATES, code);
const PAST: Word = { label: "expired", tone: "quiet", why: "Past its end, and not served any more: nobody is hurt." };
/** The state of a certificate as an alarm or not: one that ended after it was replaced is history. */
export function stateOf(row: { state: State; served: number }): Word {
  return row.state === "expired" && row.served === 0 ? PAST : stateWord(row.state);
}

const PROBLEMS: Record<string, Word> = {
  expired: { label: "expired", tone: "critical", why: "Past its end: clients refuse it." },
  expiring: { label: "expiring", tone: "warning", why: "It ends soon." },
  "not-yet-valid": { label: "not yet valid", tone: "critical", why: "Its first day has not come." },
  "name-mismatch": { label: "wrong name", tone: "critical", why: "It is not for the name under which it is served." },
  "incomplete-chain": { label: "chain incomplete", tone: "warning", why: "The server does not send the intermediate certificates." },
  untrusted: { label: "not trusted", tone: "warning", why: "No root program that we know trusts its issuer." },
  "self-signed": { label: "self-signed", tone: "notice", why: "It vouches for itself." },
  "weak-key": { label: "weak key", tone: "warning", why: "Its key can be broken with known means." },
  "weak-signature": { label: "weak signature", tone: "warning", why: "Signed with a broken hash such as SHA-1 or MD5." },
  "shared-key": { label: "shared key", tone: "notice", why: "The same key is in other certificates or on other hosts: if one leaks, all fall." },
};
/** The problems that the state beside them does not tell already. */
export function problemsBeside(state: string, problems: string[]): string[] {
  return problems.filter((p) => p !== state && !(state === "future" && p === "not-yet-valid"));
}
export const problemWord = (code: string): Word => find(PROBLEMS, code);

const OUTCOMES: Record<string, Word> = {
  ok: { label: "ok", tone: "ok", why: "A certificate was read." },
  "no-tls": { label: "no TLS", tone: "quiet", why: "Something answers there, but it does not speak TLS." },
  refused: { label: "refused", tone: "quiet", why: "Nobody listens on this port." },
  timeout: { label: "timeout", tone: "quiet", why: "No answer in time: filtered, or down." },
  unreachable: { label: "unreachable", tone: "quiet", why: "The network knows no way there." },
  dns: { label: "no address", tone: "notice", why: "The name does not resolve." },
  "starttls-missing": { label: "no STARTTLS", tone: "warning", why: "The server does not offer to switch to TLS." },
  "sni-needed": { label: "needs a name", tone: "notice", why: "The server answers only for a server name that it knows." },
  "client-certificate-needed": { label: "wants a client certificate", tone: "notice", why: "Its certificate was read; it lets in only clients that show one too." },
  alert: { label: "alert", tone: "warning", why: "The server broke off with a TLS alert." },
  garbage: { label: "garbage", tone: "warning", why: "The answer breaks the rules of the protocol." },
  excluded: { label: "excluded", tone: "quiet", why: "Its addresses are excluded, or outside the scopes of the source." },
  limit: { label: "over a limit", tone: "warning", why: "The answer was larger than we are willing to read." },
};
export const outcomeWord = (code: string): Word => find(OUTCOMES, code);
/** In the order of the contract, so that counters do not jump about. */
export const OUTCOME_ORDER: string[] = Object.keys(OUTCOMES);

const PATHS: Record<Path, Word> = {
  proven: { label: "proven", tone: "ok", why: "Its renewal has worked before, and the wire showed it." },
  untested: { label: "untested", tone: "notice", why: "Its renewal is set up but has never run." },
  failing: { label: "failing", tone: "critical", why: "The last renewal or its check failed." },
  manual: { label: "by hand", tone: "notice", why: "A person renews it, and an open ticket says so." },
  none: { label: "nobody", tone: "warning", why: "Nobody is known to renew it." },
};
export const pathWord = (code: string): Word => find(PATHS, code);

const SEVERITIES: Record<Severity, Word> = {
  critical: { label: "critical", tone: "critical", why: "" },
  warning: { label: "warning", tone: "warning", why: "" },
  notice: { label: "notice", tone: "notice", why: "" },
};
export const severityWord = (code: string): Word => find(SEVERITIES, code);

const SCAN_STATES: Record<ScanState, Word> = {
  waiting: { label: "waiting", tone: "quiet", why: "" },
  running: { label: "running", tone: "notice", why: "" },
  done: { label: "done", tone: "ok", why: "" },
  stopped: { label: "stopped", tone: "warning", why: "" },
  failed: { label: "failed", tone: "critical", why: "" },
};
export const scanStateWord = (code: string): Word => find(SCAN_STATES, code);

/** "RSA 2048", "EC P-256", "Ed25519". */
export function keyText(key: { algorithm: string; bits: number | null; curve: string | null }): string {
  const NAMES: Record<string, string> = { rsa: "RSA", ec: "EC", dsa: "DSA", ed25519: "Ed25519", ed448: "Ed448", "ml-dsa": "ML-DSA" };
  const name = NAMES[key.algorithm] ?? key.algorithm;
  if (key.algorithm === "ed25519" || key.algorithm === "ed448") return name;
  if (key.curve) return `${name} ${key.curve}`;
  return key.bits ? `${name} ${key.bits}` : name;
}

const CRITICALITIES: Record<Criticality, Word> = {
  low: { label: "low", tone: "quiet", why: "Nobody is hurt when it fails." },
  normal: { label: "normal", tone: "notice", why: "Some people are held up when it fails." },
  high: { label: "high", tone: "warning", why: "Customers notice when it fails." },
  critical: { label: "critical", tone: "critical", why: "The business stands still when it fails." },
};
export const criticalityWord = (code: string): Word => find(CRITICALITIES, code);
export const CRITICALITY_ORDER = Object.keys(CRITICALITIES) as Criticality[];

const TYPES: Record<Kind, Word> = {
  dv: { label: "DV", tone: "quiet", why: "The authority checked control of the domain." },
  ov: { label: "OV", tone: "quiet", why: "The authority checked the organisation." },
  iv: { label: "IV", tone: "quiet", why: "The authority checked a person." },
  ev: { label: "EV", tone: "quiet", why: "The authority checked the organisation at length." },
  private: { label: "private CA", tone: "quiet", why: "Its authority is in no public root program." },
  "self-signed": { label: "self-signed", tone: "notice", why: "It vouches for itself." },
};
export const typeWord = (code: string): Word => find(TYPES, code);

const CHANGES: Record<string, Word> = {
  new: { label: "new", tone: "notice", why: "Seen for the first time." },
  changed: { label: "changed", tone: "quiet", why: "Another certificate is shown where one was known." },
  gone: { label: "gone", tone: "warning", why: "Shown nowhere any more." },
};
export const changeWord = (code: string): Word => find(CHANGES, code);

const AUTHORITIES: Record<string, Word> = {
  root: { label: "root", tone: "quiet", why: "It signs itself; clients know it beforehand." },
  intermediate: { label: "intermediate", tone: "quiet", why: "Signed by another authority; servers have to send it." },
};
export const authorityWord = (code: string): Word => find(AUTHORITIES, code);

/** Plain names of kinds: places, sources, nodes of the map, jobs, fields. */
const NAMES: Record<string, Record<string, string>> = {
  place: { endpoint: "server", file: "file", keystore: "keystore", "trust-store": "trust store", kubeconfig: "kubeconfig", "ct-log": "transparency log", import: "import" },
  source: { network: "Networks", dns: "DNS zones", names: "Names", local: "This machine", ct: "Certificate Transparency", import: "Import" },
  node: { authority: "Authorities", key: "Keys", certificate: "Certificates", endpoint: "Endpoints", location: "Places", file: "Files", host: "Hosts", service: "Services", lineage: "Lineages", team: "Teams", more: "More" },
  job: { scan: "scan", action: "change of a selection", import: "import", lineages: "judging of paths", rules: "use of rules", run: "run of a source" },
  field: {
    state: "State", path: "Renewed by", owner: "Owner", env: "Environment", environment: "Environment", issuer: "Issuer", key: "Key", type: "Type", tag: "Tag", criticality: "Criticality",
    service: "Service", source: "Found by", outcome: "Outcome", protocol: "Protocol", port: "Port", problem: "Problem", purpose: "Purpose", week: "Week of expiry", bits: "Key length", signature: "Signature", tls: "TLS", group: "Key exchange", host: "Host", wildcard: "Wildcard", active: "In use", ca: "Authority",
    tags: "Tags", team: "Team", note: "How to renew", ignored: "Ignored",
  },
  root: { certificate: "certificate", key: "key", host: "host", service: "service", authority: "authority", team: "team" },
};
export function nameOf(table: keyof typeof NAMES, code: string): string {
  const rows = NAMES[table] ?? {};
  return (Object.prototype.hasOwnProperty.call(rows, code) ? rows[code] : undefined) ?? code.replace(/[-_]/g, " ");
}

const NONE: Record<string, string> = { owner: "nobody", problem: "no problem", path: "no lineage", tag: "no tag", service: "no service" };
/** What a facet or a group says of a value; null is the absence of one. */
export function valueText(field: string, value: string | null, label: string | null): string {
  if (value === null || value === "") return NONE[field] ?? "not said";
  if (field === "state") return stateWord(value).label;
  if (field === "path") return pathWord(value).label;
  if (field === "problem") return problemWord(value).label;
  if (field === "outcome") return outcomeWord(value).label;
  if (field === "type") return typeWord(value).label;
  return label || value;
}

/** The tone of such a value, when it has one. */
export function valueTone(field: string, value: string | null): Tone | null {
  const tables: Record<string, (code: string) => Word> = { state: stateWord, path: pathWord, problem: problemWord, outcome: outcomeWord, criticality: criticalityWord };
  const table = tables[field];
  return table && value ? table(value).tone : null;
}
