// SPDX-License-Identifier: Apache-2.0
// The command line that does or shows the same, to copy.

import { Copy } from "./copy.tsx";

export function Command({ line, says }: { line: string; says?: string }) {
  return (
    <div class="command">
      {says && <span class="command-says">{says}</span>}
      <code dir="ltr" tabIndex={0} role="group" aria-label="command line">{line}</code>
      <Copy text={line} what="the command line" />
    </div>
  );
}
