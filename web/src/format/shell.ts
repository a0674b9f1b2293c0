// SPDX-License-Identifier: Apache-2.0
// Command lines to copy: every word quoted so that a shell takes it as it is, whatever it holds.

import { pieces } from "./names.ts";

const SAFE = /^[A-Za-z0-9_@%+:,./=-]+$/;

/** What cannot be seen, as bash, zsh and ksh spell it. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

export function word(text: string): string {
  if (SAFE.test(text)) return text;
  const parts = pieces(text);
  if (!parts.some((p) => p.control)) return `'${text.replace(/'/g, "'\\''")}'`;
  return `$'${parts.map((p) => (p.control ? escaped(p.control) : p.text.replace(/[\\']/g, "\\$&"))).join("")}'`;
}

export function command(...words: string[]): string {
  return ["keepvalid", ...words.map(word)].join(" ");
}

/** A listing with a query; what begins with "-" must not be taken for an option. */
export function listCommand(words: string[], query: string): string {
  if (query === "") return command(...words);
  return command(...words, ...(query.startsWith("-") ? ["--"] : []), query);
}

export interface ScanWords {
  targets: string[];
  ports: string | null;
  starttls: string;
  server_name: string | null;
  all_addresses: boolean;
  look: string;
  rate: number;
  timeout_s: number;
}

/** The command that does what the form would do. */
export function scanCommand(scan: ScanWords): string {
  const words = ["scan", ...scan.targets];
  if (scan.ports) words.push("--ports", scan.ports);
  if (scan.starttls !== "auto") words.push("--starttls", scan.starttls);
  if (scan.server_name) words.push("--sni", scan.server_name);
  if (scan.all_addresses) words.push("--all-ips");
  words.push("--look", scan.look);
  if (scan.rate > 0) words.push("--rate", String(scan.rate));
  if (scan.timeout_s !== 5) words.push("--timeout", String(scan.timeout_s));
  return command(...words, "--save");
}

/** Targets as people write them in a box: on lines, or with blanks or commas between. A line from # on is a remark. */
export function targetsOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, ""))
    .join(" ")
    .split(/[\s,]+/)
    .filter((w) => w !== "");
}
