// SPDX-License-Identifier: Apache-2.0
// Who answers for something, and its tags; each leads to all that have the same.

import type { Ref } from "../api/types.ts";
import { value } from "../format/query.ts";
import { links } from "../router.ts";
import { Foreign } from "./foreign.tsx";

export function Owner({ owner }: { owner: Ref | null | undefined }) {
  if (!owner) return <span class="quiet">nobody</span>;
  return <a href={links.team(owner.id)}><Foreign text={owner.name} most={30} /></a>;
}

export function Tags({ tags, href = links.certificates }: { tags: string[] | undefined; href?: (q: string) => string }) {
  if (!tags || tags.length === 0) return <span class="quiet">–</span>;
  return <span class="badges">{tags.map((t) => <a key={t} class="tag" href={href(`tag:${value(t)}`)}><Foreign text={t} most={30} /></a>)}</span>;
}
