// SPDX-License-Identifier: Apache-2.0
// Just enough of the query language for the console's own links: filters, sorts, counts by field, completion.

import { iso, keyOf } from "./mock-data.mjs";

const DAY = 86_400_000;
export class Refusal extends Error {
  constructor(status, code, detail, hint, extra = {}) {
    super(detail);
    Object.assign(this, { status, code, hint, extra });
  }
}

const keyName = (r) => (r.key.curve ? `ec` : r.key.algorithm);
/** The value of a field of a row. know: what people said of lineages. */
export function fieldOf(r, field, know) {
  const said = () => know(r);
  switch (field) {
    case "state": return r.state;
    case "path": return r.lineage?.path ?? null;
    case "issuer": return r.issuer_cn;
    case "key": return keyName(r);
    case "type": return r.type ?? null;
    case "outcome": return r.outcome ?? null;
    case "protocol": return r.protocol ?? null;
    case "port": return r.port === undefined ? null : String(r.port);
    case "env": case "environment": return said()?.environment ?? null;
    case "owner": return said()?.owner?.name ?? null;
    case "service": return said()?.service?.name ?? null;
    case "criticality": return said()?.criticality ?? null;
    case "tag": return said()?.tags ?? [];
    case "problem": return r.problems ?? [];
    case "tls": return "TLSv1.3";
    case "week": {
      const end = Date.parse(r.not_after);
      return iso(end - ((new Date(end).getUTCDay() + 6) % 7) * DAY).slice(0, 10);
    }
    default: return undefined;
  }
}
const EXACT = ["problem", "tls", "state", "path", "issuer", "key", "type", "outcome", "protocol", "port", "env", "owner", "service", "criticality", "tag"];
export const quoted = (text) => `"${String(text).replace(/[\\"]/g, "\\$&")}"`;
export const termOf = (field, value) => (value === null ? `-has:${field}` : `${field === "environment" ? "env" : field}=${quoted(value)}`);

function testOf(field, op, value, now, know, where) {
  const range = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(value);
  if (field === "expires" && range) return (r) => r.not_after.slice(0, 10) >= range[1] && r.not_after.slice(0, 10) <= range[2];
  if (field === "expires" && /^\d+d$/.test(value)) return (r) => (Date.parse(r.not_after) - now < parseInt(value, 10) * DAY) === (op[0] === "<");
  if (field === "expires") return (r) => r.not_after.startsWith(value);
  if (field === "has" && ["problem", "expired", "expiring"].includes(value)) return (r) => (value === "problem" ? r.problems.length > 0 : r.problems.includes(value));
  if (field === "has") return (r) => { const x = fieldOf(r, value, know); return Array.isArray(x) ? x.length > 0 : x !== null && x !== undefined; };
  if (field === "served") return (r) => r.served > Number(value);
  if (field === "ca") return (r) => r.ca === (value === "yes");
  if (field === "self_signed") return (r) => r.self_signed === (value === "yes");
  if (field === "active") return (r) => (!r.ca && r.served > 0) === (value === "yes");
  if (field === "spki") return (r) => keyOf(r) === value;
  if (field === "need_you") return (r) => (r.problems.length > 0) === (value === "yes");
  if (field === "sha256") return (r) => (r.certificate ?? r.sha256) === value;
  if (field === "lineage") return (r) => (r.lineage?.name ?? r.name) === value;
  if (field === "name" || field === "host") return (r) => `${r.host ?? ""} ${r.name}`.includes(value);
  if (field === "source" || field === "address") return (r) => (r.i ?? 0) % 2 === 0;
  if (EXACT.includes(field)) {
    const wanted = value.toLowerCase();
    return (r) => {
      const got = fieldOf(r, field, know);
      return (Array.isArray(got) ? got : [got]).some((x) => x !== null && x !== undefined && (op === "=" ? String(x).toLowerCase() === wanted : String(x).toLowerCase().includes(wanted)));
    };
  }
  throw new Refusal(400, "query-key", `column ${where}: there is no key "${field}"`, "Keys: name, state, expires, issuer, path, has, served, ca, owner, tag, env.");
}

export function matcher(q, now, know) {
  const tests = [];
  for (const w of q.matchAll(/-?[a-z0-9_]+[:=]"(?:[^"\\]|\\.)*"|-?"[^"]*"|\S+/g)) {
    const negative = w[0].startsWith("-");
    const text = negative ? w[0].slice(1) : w[0];
    const term = /^([a-z0-9_]+)([:<>=]=?)(.*)$/s.exec(text);
    const plain = text.replace(/"/g, "").toLowerCase();
    const test = term ? testOf(term[1], term[2], term[3].replace(/^"|"$/g, "").replace(/\\(.)/g, "$1"), now, know, w.index + 1 + (negative ? 1 : 0)) : (r) => `${r.name} ${r.subject ?? ""} ${r.host ?? ""}`.toLowerCase().includes(plain);
    tests.push(negative ? (r) => !test(r) : test);
  }
  return (r) => tests.every((t) => t(r));
}

const MOST = 10;
export function countBy(rows, field, know) {
  const counts = new Map();
  for (const r of rows) {
    const got = fieldOf(r, field, know);
    for (const value of Array.isArray(got) ? got : [got ?? null]) {
      const known = counts.get(value);
      if (known) {
        known.count++;
        if (r.not_after < known.next) known.next = r.not_after;
      } else counts.set(value, { count: 1, next: r.not_after ?? null });
    }
  }
  return [...counts].sort((a, b) => b[1].count - a[1].count);
}

const narrowed = (q, term) => [q, term].filter(Boolean).join(" ");
export function facets(rows, fields, know, q) {
  return fields.map((field) => {
    const all = countBy(rows, field, know);
    return { field, more: all.length > MOST, values: all.slice(0, MOST).map(([value, { count }]) => ({ value, label: value ?? "none", count, term: termOf(field, value), q: narrowed(q, termOf(field, value)) })) };
  });
}

export function groups(rows, by, know, q) {
  return countBy(rows, by, know).slice(0, 200).map(([value, { count, next }]) => {
    const term = by === "week" ? `expires:${value}..${iso(Date.parse(value) + 6 * DAY).slice(0, 10)}` : termOf(by, value);
    return { value, label: value ?? "none", count, next_not_after: next, term, q: narrowed(q, term) };
  });
}

const FIELDS = { name: "part of a name", state: "valid, expiring, expired, future", expires: "a time, or 30d", issuer: "who signed it", owner: "who answers for it", path: "who renews it", tag: "a tag", env: "an environment", has: "what it has", key: "its algorithm", type: "dv, ov, ev, private", served: "how many places", ca: "yes or no" };
/** Columns count from 1. */
export function complete(text, column, values) {
  const at = column - 1;
  const letters = [...text];
  let from = at;
  while (from > 0 && !/[\s(]/.test(letters[from - 1])) from--;
  const word = letters.slice(from, at).join("");
  const term = /^-?([a-z_]+)([:=])(.*)$/s.exec(word);
  if (!term) {
    const start = word.replace(/^-/, "");
    const place = from + (word.startsWith("-") ? 1 : 0);
    return { from: place + 1, to: column, items: Object.entries(FIELDS).filter(([f]) => f.startsWith(start)).map(([f, hint]) => ({ insert: `${f}:`, label: `${f}:`, kind: "field", hint })) };
  }
  const wanted = term[3].replace(/"/g, "").toLowerCase();
  const start = at - [...term[3]].length;
  return { from: start + 1, to: column, items: values(term[1]).filter((v) => v.toLowerCase().includes(wanted)).slice(0, 10).map((v) => ({ insert: `${/^[\w.-]+$/.test(v) ? v : quoted(v)} `, label: v, kind: "value", hint: null })) };
}
