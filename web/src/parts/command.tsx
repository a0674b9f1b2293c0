// SPDX-License-Identifier: Apache-2.0
// The command line that does or shows the same, to copy.

import { Copy } from "./copy.tsx";

export function Command({ line, says, what = "the command line" }: { line: string; says?: string; what?: string }) {
  return (
    <div class="command">
      {says && <span class="command-says">{says}</span>}
      <code dir="ltr" tabIndex={0} role="group" aria-label={what}>{line}</code>
      <Copy text={line} what={what} />
    </div>
  );
}
