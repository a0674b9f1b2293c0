// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import type { CertificateRow, Path } from "../src/api/types.ts";
import { certificateSentence, headline } from "../src/format/sentence.ts";
import { keyText, outcomeWord, problemsBeside, problemWord, stateOf } from "../src/format/words.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function row(over: Partial<CertificateRow>, path: Path | null = "none"): CertificateRow {
  return {
    sha256: "00", name: "shop.example", subject: "CN=shop.example", issuer_cn: "R11", not_before: "2026-09-03T12:00:00Z", not_after: "2026-12-02T12:00:00Z", lifetime_s: 90 * 86400,
    key: { algorithm: "ec", bits: 256, curve: "P-256" }, names_count: 1, ca: false, self_signed: false, state: "expiring", served: 2, first_seen: "2026-11-01T00:00:00Z",
    last_seen: "2026-11-20T00:00:00Z", trust: null, lineage: path ? { id: "1", name: "shop.example", path } : null, problems: [], demo: false, ...over,
  };
}

test("the headline is the promise, word for word", () => {
  assert.equal(headline({ active: 512, proven: 509, need_you: 3 }).join(" "), "512 active certificates. 509 have a proven renewal path. 3 need you.");
  assert.equal(headline({ active: 1, proven: 1, need_you: 1 }).join(" "), "1 active certificate. 1 has a proven renewal path. 1 needs you.");
  assert.equal(headline({ active: 0, proven: 0, need_you: 0 }).join(" "), "0 active certificates. 0 have a proven renewal path. 0 need you.");
  assert.equal(headline({ active: 12345, proven: 2, need_you: 1 })[0], "12,345 active certificates.");
});

test("a certificate is told in one plain sentence", () => {
  const rows: [CertificateRow, number, string][] = [
    [row({}), 0, "expires in 12 days, is served by 2 endpoints and nobody renews it."],
    [row({}, null), 0, "expires in 12 days, is served by 2 endpoints and nobody renews it."],
    [row({ served: 1 }, "proven"), 0, "expires in 12 days, is served by 1 endpoint and its renewal has been proven."],
    [row({ served: 0 }, "manual"), 0, "expires in 12 days, is served nowhere that we looked and somebody renews it by hand."],
    [row({ state: "expired", not_after: "2026-11-17T12:00:00Z", served: 1 }), 0, "expired 3 days ago, is still served by 1 endpoint and nobody renews it."],
    [row({ state: "future", not_before: "2026-11-25T12:00:00Z" }, "untested"), 0, "becomes valid in 5 days, is served by 2 endpoints and its renewal is set up but was never tried."],
    [row({ ca: true, lineage: null }), 37, "is a certificate authority, expires in 12 days and has issued 37 certificates that we know."],
    [row({ ca: true, lineage: null }), 0, "is a certificate authority, expires in 12 days and has issued nothing that we know."],
  ];
  for (const [r, issued, text] of rows) assert.equal(certificateSentence(r, issued, NOW), text);
});

test("keys are named as people name them", () => {
  assert.equal(keyText({ algorithm: "rsa", bits: 2048, curve: null }), "RSA 2048");
  assert.equal(keyText({ algorithm: "ec", bits: 256, curve: "P-256" }), "EC P-256");
  assert.equal(keyText({ algorithm: "ed25519", bits: 256, curve: null }), "Ed25519");
  assert.equal(keyText({ algorithm: "unknown", bits: null, curve: null }), "unknown");
});

test("an unknown code is shown as it is, also one with the name of a method", () => {
  assert.equal(outcomeWord("brand-new").label, "brand new");
  assert.equal(problemWord("constructor").label, "constructor");
  assert.equal(outcomeWord("timeout").tone, "quiet");
});

test("an end that hurts nobody is no alarm, and no problem is told twice", () => {
  assert.equal(stateOf({ state: "expired", served: 1 }).tone, "critical");
  assert.equal(stateOf({ state: "expired", served: 0 }).tone, "quiet");
  assert.deepEqual(problemsBeside("expired", ["expired", "weak-key"]), ["weak-key"]);
  assert.deepEqual(problemsBeside("future", ["not-yet-valid"]), []);
});
