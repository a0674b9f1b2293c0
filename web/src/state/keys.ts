// SPDX-License-Identifier: Apache-2.0
// Keys without a modifier: '/', '?', 'g' then a letter, 'j' and 'k' over rows. They rest while somebody types, and can be
// switched off (WCAG 2.1.4), because speech input types letters too.

import { signal } from "@preact/signals";
import { go, links, route } from "../router.ts";

export const helpOpen = signal(false);
export const paletteOpen = signal(false);
const KEY = "keepvalid.keys";
const CHORD_MS = 1500;

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}
export const keysOn = signal(kept());
export function setKeysOn(on: boolean): void {
  keysOn.value = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    /* then until the page is left */
  }
}

export interface KeyRow {
  keys: string;
  does: string;
  to?: () => string;
}
/** What 'g' leads to; the help shows the same rows. */
export const PLACES: Record<string, KeyRow> = {
  o: { keys: "g o", does: "Overview", to: links.overview },
  c: { keys: "g c", does: "Certificates", to: () => links.certificates() },
  t: { keys: "g t", does: "Timeline", to: () => links.timeline() },
  m: { keys: "g m", does: "Map", to: () => links.map() },
  d: { keys: "g d", does: "Discovery", to: () => links.discovery() },
  n: { keys: "g n", does: "New since", to: () => links.discovery("new") },
  h: { keys: "g h", does: "Hosts", to: () => links.hosts() },
  e: { keys: "g e", does: "Endpoints", to: () => links.endpoints() },
  l: { keys: "g l", does: "Lineages", to: () => links.lineages() },
  k: { keys: "g k", does: "Keys and crypto", to: () => links.keys() },
  w: { keys: "g w", does: "Teams and services", to: links.teams },
  j: { keys: "g j", does: "Jobs", to: links.jobs },
  s: { keys: "g s", does: "Scan now", to: () => links.newScan() },
  p: { keys: "g p", does: "Scans so far", to: links.scans },
  a: { keys: "g a", does: "Audit", to: links.audit },
};

const bound = new Map<string, () => void>();
export function bindKey(key: string, action: () => void): () => void {
  bound.set(key, action);
  return () => {
    if (bound.get(key) === action) bound.delete(key);
  };
}

export function focusSearch(): void {
  const box = document.querySelector<HTMLInputElement>("[data-search]");
  if (box) {
    box.focus();
    box.select();
    return;
  }
  go(links.certificates());
  window.setTimeout(() => document.querySelector<HTMLInputElement>("[data-search]")?.focus(), 50);
}

function rowsOf(): Element[] {
  return [...document.querySelectorAll("tbody tr.leads, .needs-list li")];
}

function moveRow(step: number): void {
  const rows = rowsOf();
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + step))];
  next?.querySelector<HTMLElement>("a[href]")?.focus();
}

/** Ticks the row that has the focus. */
function tickRow(): void {
  rowsOf().find((row) => row.contains(document.activeElement))?.querySelector<HTMLInputElement>(".tick input")?.click();
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input:not([type=checkbox], [type=radio]), textarea, select") || target.isContentEditable);
}

let chordUntil = 0;
const SINGLE: Record<string, () => void> = {
  "/": focusSearch,
  "?": () => (helpOpen.value = true),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: tickRow,
};

export function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) paletteOpen.value = true;
    return;
  }
  if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const place = event.timeStamp < chordUntil ? PLACES[event.key] : undefined;
  chordUntil = 0;
  const action = place?.to ? () => go(place.to!()) : (SINGLE[event.key] ?? bound.get(event.key));
  if (event.key === "g" && !place) chordUntil = event.timeStamp + CHORD_MS;
  if (!action) return;
  event.preventDefault();
  action();
}

/** The first word of the address, for the menu's mark. */
export const section = () => route.value.path[0] ?? "";
