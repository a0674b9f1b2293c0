// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium, driven by playwright-core, with ears: whatever a page complains of is kept and must be nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = process.env.KEEPVALID_SOURCE ?? join(dirname(fileURLToPath(import.meta.url)), "../../..");
const require = createRequire(join(SOURCE, "web/package.json"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 120_000);

export async function openBrowser() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
}

/** A page in a context of its own. `expected` are parts of complaints that the test provokes on purpose. */
export async function openPage(browser, base, { dark = false, width = 1280, height = 900, expected = [], storage } = {}) {
  const context = await browser.newContext({
    colorScheme: dark ? "dark" : "light", viewport: { width, height }, reducedMotion: "reduce", storageState: storage,
    permissions: ["clipboard-read", "clipboard-write"], timezoneId: "UTC", locale: "en-GB",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  const complain = (text) => expected.some((e) => text.includes(e)) || complaints.push(text);
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complain(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => complain(`exception: ${e.message}`));
  page.on("dialog", (d) => { complain(`dialog: ${d.message()}`); void d.dismiss(); });
  page.on("request", (r) => r.url().startsWith(base) || r.url().startsWith("data:") || complain(`asked elsewhere: ${r.url()}`));
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`)));
  return { page, context, complaints };
}

export function assertQuiet({ complaints }) {
  assert.deepEqual(complaints, [], "the page complained");
}

/** No finding of axe-core, rules of best practice included. */
export async function assertAccessible(page, where) {
  const findings = await page.evaluate(`(() => { ${AXE}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
  const told = findings.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? ""}`).join(" | ")}`);
  assert.deepEqual(told, [], `axe-core on ${where}`);
}

/** Everything fits in the width of the window; only tables and code scroll inside their boxes. */
export async function assertNoSidewaysScroll(page, where) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= window, `${where} is ${wide} px wide in a window of ${window}`);
}
