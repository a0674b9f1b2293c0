// SPDX-License-Identifier: Apache-2.0
// What forms let one choose from: teams and services. Read once, when the first form asks; renewed after a change.

import { signal } from "@preact/signals";
import { ask } from "../api/client.ts";
import type { List, Ref } from "../api/types.ts";

const MOST = 1000;
export type Choice = "teams" | "services";
const known: Record<Choice, ReturnType<typeof signal<Ref[] | null>>> = { teams: signal<Ref[] | null>(null), services: signal<Ref[] | null>(null) };
const asking = new Set<Choice>();

export function choices(of: Choice): Ref[] {
  const list = known[of].value;
  if (list === null && !asking.has(of)) {
    asking.add(of);
    ask<List<Ref>>(`/${of}?limit=${MOST}`).then(
      (page) => {
        known[of].value = page.items.map(({ id, name }) => ({ id, name }));
        asking.delete(of);
      },
      () => (known[of].value = []),
    );
  }
  return list ?? [];
}

export function forget(of: Choice): void {
  known[of].value = null;
  asking.delete(of);
}
