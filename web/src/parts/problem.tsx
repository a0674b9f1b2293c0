// SPDX-License-Identifier: Apache-2.0
// An error as the API tells it: what, the fix, the code.

import type { Problem } from "../api/client.ts";
import { command } from "../format/shell.ts";
import { Command } from "./command.tsx";
import { Foreign } from "./foreign.tsx";
import { Icon } from "./icon.tsx";

export function ProblemBox({ problem, again }: { problem: Problem; again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="critical" />
      <div>
        <p class="problem-what"><Foreign text={problem.detail} otherwise={problem.title} /></p>
        {problem.hint && <p><Foreign text={problem.hint} /></p>}
        <p class="problem-code">
          <span>code <code>{problem.code}</code></span>
          {again && <button type="button" onClick={again}>Try again</button>}
        </p>
        {problem.status >= 500 && <Command line={command("explain", problem.code)} />}
      </div>
    </div>
  );
}
