// SPDX-License-Identifier: Apache-2.0
// What the bytes of a certificate say, all of it.

import type { ComponentChildren } from "preact";
import type { Facts } from "../api/types.ts";
import { exact, lifetime } from "../format/time.ts";
import { keyText } from "../format/words.ts";
import { Copy } from "./copy.tsx";
import { Foreign } from "./foreign.tsx";

const VALIDATION: Record<string, string> = { dv: "domain (DV)", ov: "organisation (OV)", iv: "individual (IV)", ev: "extended (EV)" };

function Hex({ text, what }: { text: string | null; what: string }) {
  if (!text) return <span class="quiet">none</span>;
  return <span class="hex"><code>{text}</code> <Copy text={text} what={what} bare /></span>;
}

function Words({ words, none = "none" }: { words: string[]; none?: string }) {
  if (words.length === 0) return <span class="quiet">{none}</span>;
  return <>{words.map((w, i) => <span key={i} class="word"><Foreign text={w} /></span>)}</>;
}

/** Addresses are shown, never linked: they come from a stranger. */
function Addresses({ list }: { list: string[] }) {
  if (list.length === 0) return <span class="quiet">none</span>;
  return <ul class="plain-list">{list.map((u, i) => <li key={i}><Foreign text={u} /></li>)}</ul>;
}

function rows(f: Facts): [string, ComponentChildren][] {
  const flags = [f.ca && "authority", f.self_signed && "self-signed", f.self_issued && !f.self_signed && "self-issued", f.wildcard && "wildcard", f.must_staple && "must-staple", f.precertificate && "precertificate"];
  return [
    ["Subject", <Foreign text={f.subject} otherwise="(empty)" />],
    ["Issuer", <Foreign text={f.issuer} otherwise="(empty)" />],
    ["Valid from", exact(f.not_before)],
    ["Valid to", exact(f.not_after)],
    ["Lifetime", `${lifetime(f.lifetime_s)}`],
    ["Serial", <Hex text={f.serial} what="the serial number" />],
    ["SHA-256", <Hex text={f.sha256} what="the SHA-256" />],
    ["Key", keyText(f.key)],
    ["SHA-256 of the key", <Hex text={f.key.sha256 ?? null} what="the SHA-256 of the key" />],
    ["Signature", <Foreign text={f.signature} />],
    ["Validation", f.validation ? (VALIDATION[f.validation] ?? f.validation) : <span class="quiet">not said</span>],
    ["Kind", <Words words={flags.filter((x): x is string => !!x)} none="end entity" />],
    ["Path length", f.path_length === null ? <span class="quiet">no limit</span> : String(f.path_length)],
    ["Key usage", <Words words={f.key_usage} />],
    ["Extended key usage", <Words words={f.extended_key_usage} />],
    ["Policies", <Words words={f.policies} />],
    ["Subject key id", <Hex text={f.subject_key_id} what="the subject key id" />],
    ["Authority key id", <Hex text={f.authority_key_id} what="the authority key id" />],
    ["OCSP", <Addresses list={f.ocsp} />],
    ["CRL", <Addresses list={f.crl} />],
    ["Issuer's certificate", <Addresses list={f.ca_issuers} />],
    ["Log timestamps (SCT)", String(f.scts)],
    ["Version", String(f.version)],
  ];
}

export function FactsList({ facts }: { facts: Facts }) {
  return (
    <dl class="facts">
      {rows(facts).map(([label, value]) => (
        <div key={label}><dt>{label}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
