// SPDX-License-Identifier: Apache-2.0
// Keys without a modifier: '/', '?', 'g' then a letter, 'j' and 'k' over rows. They rest while somebody types, and can be
// switched off (WCAG 2.1.4), because speech input types letters too.

import { signal } from "@preact/signals";
import { go, links, route } from "../router.ts";

export const helpOpen = signal(false);
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
  e: { keys: "g e", does: "Endpoints", to: () => links.endpoints() },
  l: { keys: "g l", does: "Lineages", to: () => links.lineages() },
  s: { keys: "g s", does: "Scan now", to: () => links.newScan() },
  h: { keys: "g h", does: "Scans so far", to: links.scans },
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

function moveRow(step: number): void {
  const rows = [...document.querySelectorAll("tbody tr.leads, .needs-list li")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + step))];
  next?.querySelector<HTMLElement>("a[href]")?.focus();
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

let chordUntil = 0;
const SINGLE: Record<string, () => void> = {
  "/": focusSearch,
  "?": () => (helpOpen.value = true),
  j: () => moveRow(1),
  k: () => moveRow(-1),
};

export function onKey(event: KeyboardEvent): void {
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
