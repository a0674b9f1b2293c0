// SPDX-License-Identifier: Apache-2.0
// Made-up inventory for the mock: ordinary certificates, bad ones, and hostile ones that try to break a page. Beyond a few
// hundred, rows are made when they are looked at, so that there can be a quarter of a million of them.

import { createHash } from "node:crypto";

const DAY = 86_400_000;
export const iso = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
export const sha = (text) => createHash("sha256").update(text).digest("hex");

export const ISSUERS = ["R11", "E7", "GlobalSign Atlas R3 DV TLS CA 2026 Q3", "Example Corp Issuing CA 2", "Sectigo Public Server Authentication CA DV R36"];
const LEFT_TO_RIGHT_LIE = "\u202egro.elpmaxe.knab\u202c.evil.example";
export const HOSTILE = [
  "<script>window.hacked=1</script>.example", "\"><img src=x onerror=window.hacked=1>.example", "bank.example\u0000.evil.example", LEFT_TO_RIGHT_LIE,
  "xn--80ak6aa92e.com", `${"very-long-label-that-never-ends-".repeat(12)}.example`, "مثال.إختبار", "line\nbreak\r\nand\ttab.example", "javascript:window.hacked=1", "пример.испытание",
  "zero\u200bwidth.example", "&lt;b&gt;already escaped&lt;/b&gt;.example",
];

function row(name, i, now, over = {}) {
  const days = over.days ?? [12, 45, 71, 25, 160, 88, 6, 110, 33, 60][i % 10] + (i % 7);
  const life = over.life ?? [90, 90, 200, 397, 47][i % 5];
  const end = now + days * DAY + (i % 24) * 3_600_000;
  const state = over.state ?? (days < 0 ? "expired" : days - life > 0 ? "future" : days < 20 ? "expiring" : "valid");
  const issuer = over.issuer ?? ISSUERS[i % ISSUERS.length];
  const trusted = issuer.startsWith("Example Corp") ? { mozilla: "no-path", chrome: "no-path", system: "trusted" } : { mozilla: "trusted", chrome: "trusted", system: "trusted" };
  const problems = [...(state === "expired" ? ["expired"] : []), ...(state === "expiring" ? ["expiring"] : []), ...(state === "future" ? ["not-yet-valid"] : []), ...(over.problems ?? [])];
  const path = over.path ?? (i % 40 === 3 ? "none" : "proven");
  const { days: _d, life: _l, problems: _p, path: _q, issuer: _i, ...rest } = over;
  return {
    sha256: sha(name + i), name, subject: `CN=${name}`, issuer_cn: issuer, not_before: iso(end - life * DAY), not_after: iso(end), lifetime_s: life * 86400,
    key: i % 3 ? { algorithm: "ec", bits: 256, curve: "P-256" } : { algorithm: "rsa", bits: 2048, curve: null }, names_count: 1 + (i % 4), ca: false, self_signed: false, state,
    served: [1, 2, 1, 4, 1, 0][i % 6], first_seen: iso(now - (1 + (i % 60)) * DAY), last_seen: iso(now - 240_000), trust: trusted,
    lineage: { id: String(1000 + i), name, path }, problems, demo: false, type: issuer.startsWith("Example Corp") ? "private" : i % 9 === 4 ? "ov" : "dv", wildcard: name.startsWith("*."), multi_name: i % 4 > 0,
    private_ca: issuer.startsWith("Example Corp"), replaces: null, replaced_by: null, gone_at: null, ...rest,
  };
}

const HOSTS = ["shop", "www", "mail", "api", "vpn", "sso", "git", "wiki", "cdn", "status", "ldap", "db"];
const ZONES = ["example.org", "example.com", "corp.example", "payments.example", "lab.example"];
const nameAt = (i) => `${HOSTS[i % HOSTS.length]}${i >= 60 ? Math.floor(i / 12) : ""}.${ZONES[Math.floor(i / HOSTS.length) % ZONES.length]}`;

/** A row that exists only while somebody reads it: what lists sort and filter by is cheap. */
class Lazy {
  constructor(i, now) {
    this.i = i;
    this.now = now;
  }
  get name() { return nameAt(this.i); }
  get subject() { return `CN=${this.name}`; }
  get issuer_cn() { return ISSUERS[this.i % ISSUERS.length]; }
  get served() { return [1, 2, 1, 4, 1, 0][this.i % 6]; }
  get first_seen() { return iso(this.now - (1 + (this.i % 60)) * DAY); }
  get not_after() { return iso(this.end); }
  get end() { return this.now + (([12, 45, 71, 25, 160, 88, 40, 110, 33, 60][this.i % 10] + (this.i % 47)) * DAY) + (this.i % 24) * 3_600_000; }
  get state() { return this.end - this.now < 20 * DAY ? "expiring" : "valid"; }
  get ca() { return false; }
  get self_signed() { return false; }
  get wildcard() { return false; }
  get sha256() { return (this.sha ??= sha(`lazy${this.i}`)); }
  get problems() { return this.state === "expiring" ? ["expiring"] : []; }
  get lineage() { return { id: String(1000 + this.i), name: this.name, path: this.i % 40 === 3 ? "none" : this.i % 50 === 7 ? "manual" : "proven" }; }
  get key() { return this.i % 3 ? { algorithm: "ec", bits: 256, curve: "P-256" } : { algorithm: "rsa", bits: 2048, curve: null }; }
  get type() { return this.issuer_cn.startsWith("Example Corp") ? "private" : this.i % 9 === 4 ? "ov" : "dv"; }
  get private_ca() { return this.type === "private"; }
  whole() { return row(this.name, this.i, this.now, { days: Math.floor((this.end - this.now) / DAY) - (this.i % 7), sha256: this.sha256, issuer: this.issuer_cn, state: this.state, not_after: this.not_after, problems: [], path: this.lineage.path }); }
}
/** All members of a row, whoever it is. */
export const wholeRow = (r) => (r instanceof Lazy ? { ...r.whole(), first_seen: r.first_seen } : r);

export function inventory(now, size = 480) {
  const rows = [];
  for (let i = 0; i < Math.min(size, 480); i++) rows.push(row(nameAt(i), i, now));
  rows.push(row("legacy.example.com", 500, now, { days: -3, path: "none", served: 1, state: "expired" }));
  rows.push(row("shop.example", 501, now, { days: 12, path: "none", served: 2 }));
  rows.push(row("vpn.example", 502, now, { days: 19, path: "failing", served: 1, problems: ["incomplete-chain"] }));
  rows.push(row("future.example", 503, now, { days: 100, life: 90, served: 1 }));
  rows.push(row("router.lab.example", 504, now, { days: 3650, life: 7300, self_signed: true, trust: { mozilla: "self-signed", chrome: "self-signed", system: "self-signed" }, problems: ["self-signed", "untrusted", "weak-key"], path: "none", issuer: "router.lab.example" }));
  rows.push(row("mass-hosting.example", 505, now, { days: 55, names_count: 1000 }));
  rows.push(row("Example Corp Issuing CA 2", 506, now, { days: 1200, life: 3650, ca: true, served: 37, issuer: "Example Corp Root CA", lineage: null, trust: null }));
  rows.push(row("Example Corp Root CA", 507, now, { days: 4000, life: 7300, ca: true, self_signed: true, served: 0, issuer: "Example Corp Root CA", lineage: null, trust: null }));
  HOSTILE.forEach((name, i) => rows.push(row(name, 520 + i, now, { days: 14 + i * 9, issuer: i % 2 ? name : "R11", path: "none", problems: i % 3 ? [] : ["name-mismatch"] })));
  for (let i = 1000; i < size + 520; i++) rows.push(new Lazy(i, now));
  return rows;
}

/** Every fourth of the first hundred shares a key with its neighbours. */
export const keyOf = (r) => (r.i === undefined && /^(shop|www|mail|api)\./.test(r.name) ? sha("shared key") : sha(`key${r.sha256}`));

export function facts(r) {
  const dns = r.names_count >= 1000
    ? Array.from({ length: 1000 }, (_, i) => (i === 7 ? "<b>bold</b>.example" : `customer-${i}.mass-hosting.example`))
    : r.ca ? [] : [r.name, ...Array.from({ length: Math.max(0, r.names_count - 1) }, (_, i) => `alt${i + 1}.${r.name}`)];
  return {
    sha256: r.sha256, serial: sha(r.sha256).slice(0, 36), version: 3, subject: r.subject, subject_cn: r.name, issuer: `CN=${r.issuer_cn},O=Example`, issuer_cn: r.issuer_cn,
    names: { dns, ip: r.name.startsWith("router") ? ["192.0.2.1", "2001:db8::1"] : [], email: [], uri: [] }, not_before: r.not_before, not_after: r.not_after, lifetime_s: r.lifetime_s,
    key: { ...r.key, sha256: keyOf(r) }, signature: "ecdsa-with-SHA384", validation: "dv", ca: r.ca, path_length: r.ca ? 0 : null, self_issued: r.self_signed, self_signed: r.self_signed,
    wildcard: false, key_usage: ["digitalSignature"], extended_key_usage: ["serverAuth"], policies: ["2.23.140.1.2.1"], subject_key_id: sha(`ski${r.sha256}`).slice(0, 40),
    authority_key_id: sha(`aki${r.issuer_cn}`).slice(0, 40), ocsp: [], crl: ["http://crl.example/<script>.crl"], ca_issuers: ["http://ca.example/ca.der"], scts: 2, must_staple: false, precertificate: false,
  };
}

export function locations(r, now) {
  const files = r.served > 1 ? ["/etc/nginx/tls/shop.pem", "/srv/<script>window.hacked=1</script>.pem"].map((address, i) => ({
    id: `9${i}`, kind: i ? "keystore" : "file", address, host: "web1", port: null, protocol: null, server_name: null, position: 0, first_seen: r.first_seen, last_seen: iso(now - 7_200_000), current: true, outcome: null, detail: null,
    name_matches: null, chain_complete: null, trust: null, tls: null,
  })) : [];
  return [...Array.from({ length: Math.min(r.served, 40) }, (_, i) => ({
    id: `${parseInt(r.sha256.slice(0, 6), 16)}${i}`, kind: "endpoint", address: `192.0.2.${10 + i}`, host: r.ca ? `host${i}.example.org` : r.name, port: i % 3 === 2 ? 8443 : 443, protocol: i % 4 === 3 ? "smtp" : "tls",
    server_name: r.ca ? null : r.name, position: r.ca ? 1 : 0, first_seen: r.first_seen, last_seen: iso(now - 240_000 * (i + 1)), current: i !== 3, outcome: "ok", detail: null,
    name_matches: !r.problems.includes("name-mismatch"), chain_complete: !r.problems.includes("incomplete-chain"), trust: r.trust, tls: { version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", group: "X25519", alpn: null },
  })), ...files];
}
