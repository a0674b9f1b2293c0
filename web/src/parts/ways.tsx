// SPDX-License-Identifier: Apache-2.0
// Every screen and every action in two other ways: the command line, and the call of the API.

import type { Call } from "../api/client.ts";
import { word } from "../format/shell.ts";
import { Command } from "./command.tsx";

/** A call as a line for a terminal: what `keepvalid api` takes. */
export function apiLine(call: Call | { method: "GET"; path: string; body?: undefined }): string {
  const line = `keepvalid api ${call.method} ${word(`/api/v1${call.path}`)}`;
  return call.body === undefined ? line : `echo ${word(JSON.stringify(call.body))} | ${line} --body -`;
}

interface Props {
  /** null: no command line does the same yet */
  line: string | null;
  call?: Call | { method: "GET"; path: string };
  says?: string;
}

export function Ways({ line, call, says = "the same in a terminal" }: Props) {
  return (
    <div class="ways">
      {line && <Command line={line} says={says} />}
      {call && <Command line={apiLine(call)} says="by the API" what="the call of the API" />}
    </div>
  );
}
