// SPDX-License-Identifier: Apache-2.0
// Screens that belong together: links, so that each has its address.

export interface Tab {
  name: string;
  label: string;
  href: string;
}

export function Tabs({ tabs, chosen, label }: { tabs: Tab[]; chosen: string; label: string }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((t) => <a key={t.name} href={t.href} aria-current={t.name === chosen ? "page" : undefined}>{t.label}</a>)}
    </nav>
  );
}
