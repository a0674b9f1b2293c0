// SPDX-License-Identifier: Apache-2.0
// Words of the query language as the console writes them: chips, links of numbers. The language itself is read by the
// server alone; here we only put whole terms together and take them away again.

import { addDays } from "./time.ts";

/** One term per idea. */
export const terms = {
  active: "active:yes",
  expired: "state:expired",
  expiring: "state:expiring",
  noPath: "path:none",
  problem: "has:problem",
  served: "served>0",
  authority: "ca:yes",
  selfSigned: "self_signed:yes",
  proven: "active:yes path:proven",
  needy: "need_you:yes",
};

/** Certificates in use that end in the seven days from a Monday on. */
export function week(monday: string): string {
  return `active:yes expires:${monday}..${addDays(monday, 6)}`;
}
export const day = (date: string): string => `active:yes expires:${date}`;

export const issuedBy = (name: string): string => `issuer=${value(name)}`;
/** Endpoints that show this certificate now. */
export const servedAt = (sha256: string): string => `sha256:${sha256}`;
export const ownedBy = (name: string): string => `owner=${value(name)}`;
export const ofService = (name: string): string => `service=${value(name)}`;
export const onHost = (name: string): string => `host=${value(name)}`;
export const withPath = (path: string): string => `active:yes path:${path}`;
export const foundSince = (time: string): string => `first_seen>=${time.slice(0, 10)}`;
export const withKey = (sha256: string): string => `spki:${sha256}`;
export const atCertificate = (sha256: string): string => `sha256:${sha256}`;

/** A value as a term's right side: in quotes, whatever it holds. */
export function value(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** The terms of a query: split at blanks outside quotes, brackets and parentheses. */
export function split(query: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let quoted = false;
  let now = "";
  for (let i = 0; i < query.length; i++) {
    const c = query[i] as string;
    if (quoted && c === "\\" && i + 1 < query.length) {
      now += c + query[++i];
      continue;
    }
    if (c === '"') quoted = !quoted;
    else if (!quoted && (c === "(" || c === "[")) depth++;
    else if (!quoted && (c === ")" || c === "]")) depth = Math.max(0, depth - 1);
    if (!quoted && depth === 0 && /\s/.test(c)) {
      if (now) out.push(now);
      now = "";
    } else now += c;
  }
  if (now) out.push(now);
  return out;
}

export function has(query: string, term: string): boolean {
  return split(query).includes(term);
}

export function toggle(query: string, term: string): string {
  const words = split(query);
  const rest = words.filter((w) => w !== term);
  return (rest.length < words.length ? rest : [...words, term]).join(" ");
}
