// SPDX-License-Identifier: Apache-2.0
// What is around every screen: skip link, menu, who we are, theme, help.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { connected } from "../api/events.ts";
import type { User } from "../api/types.ts";
import { links, route } from "../router.ts";
import { helpOpen, onKey, paletteOpen, section } from "../state/keys.ts";
import { leave } from "../state/session.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { Foreign } from "./foreign.tsx";
import { Help } from "./help.tsx";
import { Icon } from "./icon.tsx";
import { Palette } from "./palette.tsx";

/** Groups of the menu: what is known, where it comes from, what is done. */
const MENU: [string, [string, string, string[]][]][] = [
  ["Know", [
    ["Overview", links.overview(), [""]],
    ["Certificates", links.certificates(), ["certificates"]],
    ["Timeline", links.timeline(), ["timeline"]],
    ["Map", links.map(), ["map"]],
    ["Lineages", links.lineages(), ["lineages"]],
    ["Hosts", links.hosts(), ["hosts"]],
    ["Endpoints", links.endpoints(), ["endpoints"]],
    ["Keys and crypto", links.keys(), ["keys", "crypto"]],
    ["Teams and services", links.teams(), ["teams", "services"]],
  ]],
  ["Find", [
    ["Discovery", links.discovery(), ["discovery"]],
    ["Scans", links.scans(), ["scans"]],
  ]],
  ["Look back", [
    ["Jobs", links.jobs(), ["jobs"]],
    ["Audit", links.audit(), ["audit"]],
  ]],
];

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("title")?.focus();
}

export function ThemeButton() {
  const icon = { auto: "half", light: "sun", dark: "moon", contrast: "contrast" }[theme.value];
  return (
    <button type="button" class="bar-button" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`} title={`Colours: ${theme.value}`}>
      <Icon name={icon} />
    </button>
  );
}

export function Brand() {
  return (
    <a class="brand" href={links.overview()}>
      <img src="/assets/icon.svg" alt="" width="22" height="22" />
      <span>Keepvalid</span>
    </a>
  );
}

export function Frame({ user, children }: { user: User; children: ComponentChildren }) {
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  // A new screen: its title gets the focus, so that keyboard and screen reader start there. Not at the very first.
  const path = route.value.path.join("/");
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (before.current !== null && before.current !== path) {
      document.getElementById("title")?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    before.current = path;
  }, [path]);
  const [menu, setMenu] = useState(false);
  useEffect(() => setMenu(false), [path]);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>Skip to the content</a>
      <header class="bar">
        <button type="button" class="bar-button menu-button" aria-expanded={menu} aria-controls="menu" onClick={() => setMenu(!menu)}><Icon name="menu" /> Menu</button>
        <Brand />
        <button type="button" class="palette-button" onClick={() => (paletteOpen.value = true)}><span>Go to, do, search…</span> <kbd>Ctrl K</kbd></button>
        <div class="bar-end">
          <span class={`live ${connected.value ? "on" : "off"}`} title={connected.value ? "Changes appear by themselves" : "No live connection: reload to see changes"}>
            {connected.value ? "live" : "not live"}
          </span>
          <a class="button primary" href={links.newScan()} aria-current={section() === "scan" ? "page" : undefined}>Scan now</a>
          <button type="button" class="bar-button" onClick={() => (helpOpen.value = true)} aria-label="Help" title="Help (?)"><b aria-hidden="true">?</b></button>
          <ThemeButton />
          <span class="who"><Foreign text={user.name} most={24} /></span>
          <button type="button" class="bar-button text" onClick={() => void leave()}>Log out</button>
        </div>
      </header>
      <div class="frame">
        <nav class={`menu ${menu ? "open" : ""}`} id="menu" aria-label="Main">
          {MENU.map(([title, rows]) => (
            <div key={title} class="menu-group">
              <p aria-hidden="true">{title}</p>
              <ul aria-label={title}>
                {rows.map(([label, href, sections]) => <li key={label}><a href={href} aria-current={sections.includes(section()) ? "page" : undefined}>{label}</a></li>)}
              </ul>
            </div>
          ))}
        </nav>
        <main id="main">{children}</main>
      </div>
      <Help />
      <Palette />
    </>
  );
}
