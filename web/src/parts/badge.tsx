// SPDX-License-Identifier: Apache-2.0
// A state: colour, shape and word, never colour alone. With an address it leads to all that are in this state.

import { problemWord, type Word } from "../format/words.ts";
import { Icon } from "./icon.tsx";

export function Badge({ word, href }: { word: Word; href?: string }) {
  const inside = (
    <>
      <Icon name={word.tone} />
      <span>{word.label}</span>
    </>
  );
  const title = word.why || undefined;
  if (href) return <a class={`badge ${word.tone}`} href={href} title={title}>{inside}</a>;
  return <span class={`badge ${word.tone}`} title={title}>{inside}</span>;
}

export function Problems({ of }: { of: string[] }) {
  if (of.length === 0) return <span class="quiet">–</span>;
  return <span class="badges">{of.map((p) => <Badge key={p} word={problemWord(p)} />)}</span>;
}
