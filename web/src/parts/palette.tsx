// SPDX-License-Identifier: Apache-2.0
// Ctrl-K: go somewhere, do something, or look for certificates, by typing a few letters of it.

import { useEffect, useState } from "preact/hooks";
import { ask, withQuery } from "../api/client.ts";
import type { CertificateRow, List } from "../api/types.ts";
import { go, links } from "../router.ts";
import { helpOpen, keysOn, paletteOpen, PLACES, setKeysOn } from "../state/keys.ts";
import { leave } from "../state/session.ts";
import { nextTheme } from "../state/theme.ts";
import { Combobox, type Suggestion } from "./combobox.tsx";
import { Dialog } from "./dialog.tsx";
import { Foreign } from "./foreign.tsx";

const PAUSE_MS = 150;
const FOUND = 5;

interface Entry extends Suggestion {
  words: string;
  act: () => void;
}

function entries(): Entry[] {
  const places = Object.values(PLACES).map((p): Entry => ({ key: `go ${p.does}`, label: p.does, hint: <>go to <kbd>{p.keys}</kbd></>, words: `go to ${p.does}`.toLowerCase(), act: () => go(p.to!()) }));
  const actions: [string, string, () => void][] = [
    ["Unclear targets", "go to", () => go(links.discovery("unclear"))],
    ["Coverage", "go to", () => go(links.discovery("coverage"))],
    ["Rules for what is found", "go to", () => go(links.discovery("rules"))],
    ["Algorithms", "go to", () => go(links.algorithms())],
    ["Authorities", "go to", () => go(links.authorities())],
    ["Services", "go to", () => go(links.services())],
    ["Scan this machine", "do", () => go(links.newScan("local"))],
    ["Change the colours", "do", nextTheme],
    [keysOn.value ? "Switch single-letter keys off" : "Switch single-letter keys on", "do", () => setKeysOn(!keysOn.value)],
    ["Help", "do", () => (helpOpen.value = true)],
    ["Log out", "do", () => void leave()],
  ];
  return [...places, ...actions.map(([label, hint, act]): Entry => ({ key: `${hint} ${label}`, label, hint, words: `${hint} ${label}`.toLowerCase(), act }))];
}

/** The certificates with these words in their names; none while the query is not one. */
function useFound(text: string): CertificateRow[] {
  const [found, setFound] = useState<{ text: string; rows: CertificateRow[] }>({ text: "", rows: [] });
  useEffect(() => {
    if (text.length < 2) return;
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      ask<List<CertificateRow>>(withQuery("/certificates", { q: /^[\w.*-]+$/.test(text) && !text.startsWith("-") ? text : `"${text.replace(/[\\"]/g, "\\$&")}"`, limit: FOUND }), { signal: stop.signal }).then((page) => setFound({ text, rows: page.items }), () => {});
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  return found.text === text ? found.rows : [];
}

function Open() {
  const [text, setText] = useState("");
  const words = text.trim().toLowerCase();
  const found = useFound(text.trim());
  const close = () => (paletteOpen.value = false);
  useEffect(() => document.getElementById("palette-text")?.focus(), []);
  const parts = words.split(/\s+/);
  const items: Entry[] = [
    ...entries().filter((e) => parts.every((p) => e.words.includes(p))).slice(0, words ? 8 : 30),
    ...found.map((r): Entry => ({ key: r.sha256, label: <Foreign text={r.name} most={60} />, hint: "certificate", words: "", act: () => go(links.certificate(r.sha256)) })),
    ...(words ? [{ key: "query", label: <>Search certificates: <code><Foreign text={text.trim()} most={50} /></code></>, hint: "run as a query", words: "", act: () => go(links.certificates(text.trim())) }] : []),
  ];
  const pick = (entry: Entry) => {
    close();
    entry.act();
  };
  return (
    <Dialog title="Go to, do, search" name="palette" onClose={close}>
      <Combobox id="palette-text" label="Go to, do, search" text={text} onText={setText} items={items} onPick={pick} eager placeholder="A screen, an action, a name, a query" />
    </Dialog>
  );
}

export function Palette() {
  return paletteOpen.value ? <Open /> : null;
}
