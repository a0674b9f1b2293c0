// SPDX-License-Identifier: Apache-2.0
// Text from outside: isolated in its writing direction, what cannot be seen made visible, long words broken.

import { pieces, shortened } from "../format/names.ts";

interface Props {
  text: string | null | undefined;
  /** said instead when there is none */
  otherwise?: string;
  /** cut in the middle to so many characters */
  most?: number;
}

/** Host names break after their dots, when they must. */
function breakable(text: string) {
  return text.split(/(?<=[.@/,])(?=.)/).map((part, i) => (i > 0 ? [<wbr />, part] : part));
}

export function Foreign({ text, otherwise = "(no name)", most }: Props) {
  if (text === null || text === undefined || text === "") return <span class="quiet">{otherwise}</span>;
  const shown = most ? shortened(text, most) : text;
  return (
    <bdi class="foreign">
      {pieces(shown).map((piece) =>
        piece.control ? <span class="control" title={`a character that cannot be seen: ${piece.text}`}>{piece.text}</span> : breakable(piece.text),
      )}
    </bdi>
  );
}
