// SPDX-License-Identifier: Apache-2.0
// Where we are, in the part of the address behind '#': the server never sees it, and a link to any screen can be kept.

import { signal } from "@preact/signals";

export interface Route {
  /** "/certificates/ab12…" as ["certificates", "ab12…"] */
  path: string[];
  query: URLSearchParams;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { path: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

export const route = signal<Route>(parse(location.hash));
window.addEventListener("hashchange", () => (route.value = parse(location.hash)));

/** The address of a screen. Every part is encoded here and nowhere else. */
export function to(path: string[], query: Record<string, string | null | undefined> = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) words.set(key, value);
  const text = words.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

export function go(href: string, replace = false): void {
  if (replace) {
    history.replaceState(null, "", href);
    route.value = parse(location.hash);
  } else location.hash = href;
}

export const links = {
  overview: () => to([]),
  certificates: (q?: string | null, sort?: string | null) => to(["certificates"], { q, sort }),
  certificate: (sha256: string) => to(["certificates", sha256]),
  grouped: (by: string, q?: string | null) => to(["certificates"], { q, group: by }),
  endpoints: (q?: string | null) => to(["endpoints"], { q }),
  lineages: (q?: string | null) => to(["lineages"], { q }),
  timeline: (q?: string | null) => to(["timeline"], { q }),
  map: (root?: string | null, hops?: string | null) => to(["map"], { root, hops }),
  discovery: (tab?: string, query: Record<string, string | null> = {}) => to(tab ? ["discovery", tab] : ["discovery"], query),
  source: (id: string) => to(["discovery", "sources", id]),
  hosts: (q?: string | null) => to(["hosts"], { q }),
  host: (id: string) => to(["hosts", id]),
  keys: (q?: string | null, sort?: string | null) => to(["keys"], { q, sort }),
  key: (sha256: string) => to(["keys", sha256]),
  algorithms: () => to(["crypto", "algorithms"]),
  authorities: (q?: string | null) => to(["crypto", "authorities"], { q }),
  teams: () => to(["teams"]),
  team: (id: string) => to(["teams", id]),
  services: () => to(["services"]),
  service: (id: string) => to(["services", id]),
  jobs: () => to(["jobs"]),
  job: (id: string) => to(["jobs", id]),
  newScan: (targets?: string) => to(["scan"], { targets }),
  scans: () => to(["scans"]),
  scan: (id: string) => to(["scans", id]),
  audit: () => to(["audit"]),
};

/** The same screen with other words behind the '?'; null takes one away. The page of a list is left. */
export function here(changes: Record<string, string | null>): string {
  const words: Record<string, string | null> = Object.fromEntries(route.value.query);
  delete words.cursor;
  return to(route.value.path, { ...words, ...changes });
}
