// SPDX-License-Identifier: Apache-2.0
// A rough word on how well a password resists guessing. The server decides only by length; this is advice.

import type { Tone } from "./words.ts";

export const PASSWORD_MIN = 12;

export interface Strength {
  level: 0 | 1 | 2 | 3 | 4;
  label: string;
  tone: Tone;
  hint: string;
}

const COMMON = ["password", "passwort", "keepvalid", "letmein", "welcome", "administrator", "qwerty", "qwertz", "admin", "secret", "changeme"];

/** How many characters remain when runs (aaaa, 1234, abcd) count as one and well-known words as two. */
export function effectiveLength(password: string, name: string): number {
  let text = password.toLowerCase();
  for (const known of [...COMMON, name.toLowerCase()]) if (known.length >= 3) text = text.split(known).join("\u0001\u0002");
  const codes = [...text].map((c) => c.codePointAt(0) ?? 0);
  let length = 0;
  for (let i = 0; i < codes.length; i++) {
    const step = (codes[i] as number) - (codes[i - 1] ?? -100);
    if (Math.abs(step) > 1) length++;
  }
  return Math.min(length, new Set(codes).size * 2);
}

export function strength(password: string, name: string): Strength {
  const letters = [...password].length;
  if (letters === 0) return { level: 0, label: "empty", tone: "quiet", hint: `At least ${PASSWORD_MIN} characters. Four or five unrelated words are good and easy to type.` };
  if (letters < PASSWORD_MIN) {
    const missing = PASSWORD_MIN - letters;
    return { level: 0, label: "too short", tone: "critical", hint: `${missing} more ${missing === 1 ? "character" : "characters"}, please.` };
  }
  const effective = effectiveLength(password, name);
  if (effective < 9) return { level: 1, label: "weak", tone: "warning", hint: "Easy to guess: it has repetitions, rows of keys or well-known words." };
  if (effective < 13) return { level: 2, label: "fair", tone: "notice", hint: "Enough for a start. Another word makes it good." };
  if (effective < 18) return { level: 3, label: "good", tone: "ok", hint: "Good." };
  return { level: 4, label: "very good", tone: "ok", hint: "Very good." };
}
