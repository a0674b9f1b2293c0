// SPDX-License-Identifier: Apache-2.0
// What the list shows, as a file: links that the browser saves.

import { withQuery } from "../api/client.ts";
import { listCommand } from "../format/shell.ts";
import { Popover } from "./popover.tsx";
import { Command } from "./command.tsx";

const FORMATS: [string, string, string][] = [
  ["csv", "CSV", "for spreadsheets; cells that would be formulae are defused"],
  ["json", "JSON", "one document"],
  ["jsonl", "JSON lines", "a record a line"],
  ["pem", "PEM", "the certificates themselves"],
  ["cyclonedx-1.6", "CycloneDX 1.6", "a bill of cryptography"],
  ["cyclonedx-1.7", "CycloneDX 1.7", "the same, newer"],
  ["ics", "iCalendar", "the expiries"],
];

const TABLES = ["csv", "json", "jsonl"];

interface Props {
  of: string;
  query?: string;
  columns?: string | null;
  selection?: string;
}

/** Fields that are objects: the part of them that goes into a cell. */
const PARTS: Record<string, string> = { owner: "owner.name", lineage: "lineage.path", service: "service.name", key: "key.algorithm", trust: "trust.mozilla" };
const cells = (columns: string | null) => columns?.split(",").map((c) => PARTS[c] ?? c).join(",") ?? null;

export function ExportLinks({ of, query = "", columns = null, selection }: Props) {
  const what = selection ? { selection } : { of, q: query };
  return (
    <ul class="export-list">
      {FORMATS.filter(([format]) => of === "certificates" || TABLES.includes(format)).map(([format, label, says]) => (
        <li key={format}><a href={`/api/v1${withQuery(`/exports/${format}`, { ...what, columns: TABLES.includes(format) ? cells(columns) : null })}`} download>{label}</a> <span class="quiet small">{says}</span></li>
      ))}
    </ul>
  );
}

export function ExportMenu(p: Props) {
  return (
    <Popover label="Export" name="export">
      {() => (
        <>
          <ExportLinks {...p} />
          <Command line={listCommand(["export", "--format", "csv", "--of", p.of], p.query ?? "")} says="in a terminal" />
        </>
      )}
    </Popover>
  );
}
