// SPDX-License-Identifier: Apache-2.0
// Bundles the console into web/dist: index.html, one script, one style sheet, the icon, the licences of what is inside.
// Prints what a browser has to load, compressed, and refuses to grow past the budget.

import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 200_000; // script and style, gzip
const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = process.argv[2] ?? join(web, "dist");
const assets = join(out, "assets");

async function licences() {
  const parts = ["This console contains the following libraries.\n"];
  for (const name of ["preact", "@preact/signals", "@preact/signals-core"]) {
    const at = join(web, "node_modules", name);
    const { version } = JSON.parse(await readFile(join(at, "package.json"), "utf8"));
    parts.push(`${name} ${version}\n\n${await readFile(join(at, "LICENSE"), "utf8")}`);
  }
  return parts.join("\n----------------------------------------\n");
}

await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });
await build({
  entryPoints: { console: join(web, "src/main.tsx") },
  bundle: true, minify: true, format: "esm", target: "es2021", charset: "utf8",
  jsx: "automatic", jsxImportSource: "preact", legalComments: "none", outdir: assets, logLevel: "warning",
});
await build({
  entryPoints: { console: join(web, "src/style/main.css") },
  bundle: true, minify: true, target: ["chrome123", "firefox120", "safari17.5"], outdir: assets, logLevel: "warning",
});
await copyFile(join(web, "src/index.html"), join(out, "index.html"));
await copyFile(join(web, "src/icon.svg"), join(assets, "icon.svg"));
await writeFile(join(assets, "licences.txt"), await licences());

let total = 0;
for (const name of ["console.js", "console.css"])
  total += gzipSync(await readFile(join(assets, name)), { level: 9 }).length;
console.log(`console: ${total} bytes of script and style, compressed`);
if (total > BUDGET_BYTES) {
  console.error(`console: more than the budget of ${BUDGET_BYTES} bytes`);
  process.exit(1);
}
