// SPDX-License-Identifier: Apache-2.0
// Text that strangers wrote (names in certificates, banners of servers), made safe to look at: what would turn, hide or
// break a line is replaced by its number. Markup is no danger here (it is only ever set as text), deception is.

export interface Piece {
  text: string;
  /** set when the piece stands for one character that cannot be shown */
  control?: string;
}

// Controls, soft hyphen, odd spaces, zero width, direction marks and overrides, line separators, fillers, tags, BOM.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;
const KNOWN: Record<string, string> = { "\0": "NUL", "\t": "TAB", "\n": "LF", "\r": "CR", "\x1b": "ESC" };

function nameOf(character: string): string {
  const known = KNOWN[character];
  if (known) return known;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) out.push({ text: text.slice(from, match.index) });
    out.push({ text: nameOf(match[0]), control: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ text: text.slice(from) });
  return out;
}

/** The same as one string, for titles and labels: "a\u0000b" becomes "a<NUL>b". */
export function plain(text: string): string {
  return pieces(text).map((p) => (p.control ? `<${p.text}>` : p.text)).join("");
}

/** Cut in the middle, because both ends of a host name tell something. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return letters.slice(0, head).join("") + "…" + letters.slice(letters.length - (most - 1 - head)).join("");
}

/** The place of a change, "host[address]:443/tls/name", as people write it. */
export function placeText(place: string | null): string | null {
  const [, host = "", port = "", , name = ""] = /^(.*?)\[[^\]]*\]:(\d+)\/([^/]*)\/(.*)$/s.exec(place ?? "") ?? [];
  if (!port) return place;
  return name && name !== host ? `${hostPort(host, Number(port))} for ${name}` : hostPort(host, Number(port));
}

/** host:port, with brackets around an IPv6 address. */
export function hostPort(host: string | null, port: number | null): string {
  const name = host ?? "?";
  if (port === null) return name;
  return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}
