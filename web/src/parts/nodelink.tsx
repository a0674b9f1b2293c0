// SPDX-License-Identifier: Apache-2.0
// Where a box of the map leads: to the screen of what it stands for.

import type { MapNode } from "../api/types.ts";
import { links } from "../router.ts";

const SCREENS: Record<string, (id: string) => string> = {
  certificate: links.certificate, authority: links.certificate, key: links.key, host: links.host, service: links.service, team: links.team,
  endpoint: (id) => links.endpoints(`id:${id}`),
};

export function nodeHref(n: MapNode): string | null {
  if (n.href && /^\/[a-z]+\/[0-9a-f]+$/.test(n.href)) return `#${n.href}`;
  const [, kind, id] = /^([a-z]+):(.+)$/s.exec(n.id) ?? [];
  return kind && id && SCREENS[kind] && /^[0-9a-f]+$/.test(id) ? SCREENS[kind](id) : null;
}
