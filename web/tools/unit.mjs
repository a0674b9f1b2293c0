// SPDX-License-Identifier: Apache-2.0
// Type-checks the console and runs its unit tests (web/tests/*.test.ts), bundled first, because Node 18 reads no TypeScript.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const tests = readdirSync(join(web, "tests")).filter((f) => f.endsWith(".test.ts"));
const out = mkdtempSync(join(tmpdir(), "keepvalid-console-"));
let status = 1;
try {
  const types = spawnSync(process.execPath, [join(web, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", web], { stdio: "inherit" });
  await build({
    entryPoints: tests.map((f) => join(web, "tests", f)), bundle: true, platform: "node", format: "esm", outdir: out,
    outExtension: { ".js": ".mjs" }, logLevel: "warning",
  });
  const units = spawnSync(process.execPath, ["--test", ...tests.map((f) => join(out, f.replace(/\.ts$/, ".mjs")))], { stdio: "inherit" });
  status = types.status || units.status || 0;
  if (types.status === null || units.status === null) status = 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exit(status);
