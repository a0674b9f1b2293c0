// SPDX-License-Identifier: Apache-2.0
// People of a team as lines of text: "technical Anna Example <anna@example.org>".

import type { Contact } from "../api/types.ts";

const ROLES: Contact["role"][] = ["owner", "technical", "security"];

export function contactsText(contacts: Contact[]): string {
  return contacts.map((c) => `${c.role} ${c.name}${c.email ? ` <${c.email}>` : ""}`).join("\n");
}

/** A line without a role is the owner; without brackets the last word with an @ is the address. */
export function contactsOf(text: string): Contact[] {
  return text.split("\n").map((l) => l.trim()).filter(Boolean).map((line) => {
    const first = line.split(/\s+/)[0]!.toLowerCase().replace(/:$/, "");
    const role = ROLES.find((r) => r === first) ?? "owner";
    const rest = role === first ? line.slice(first.length).replace(/^:?\s*/, "") : line;
    const [, name = "", email = ""] = /^(.*?)\s*<?(\S+@[^\s>]+)>?$/.exec(rest) ?? [null, rest, ""];
    return { role, name: name.trim() || email, email: email || null };
  });
}
