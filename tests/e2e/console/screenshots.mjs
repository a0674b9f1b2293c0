// SPDX-License-Identifier: Apache-2.0
// Pictures of every screen of a Keepvalid that runs the demo: node screenshots.mjs FOLDER. See tools/take-screenshots.

import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { openBrowser, openPage } from "./browser.mjs";
import { World } from "./engine.mjs";

const OUT = resolve(process.argv[2] ?? "docs/screenshots");
const PASSWORD = "correct horse battery staple";
const MOST_BYTES = 150_000;

const world = new World();
const browser = await openBrowser();

async function picture(base, storage, file, hash, sign, { dark = false, height = 860, prepare } = {}) {
  const { page, context } = await openPage(browser, base, { dark, storage, width: 1280, height });
  await page.goto(hash.startsWith("http") ? hash : `${base}/${hash}`);
  await page.locator(sign).first().waitFor();
  await prepare?.(page);
  await page.waitForFunction(() => !document.querySelector(".spinner, table[aria-busy=true]"));
  await page.screenshot({ path: join(OUT, `${file}.png`), scale: "css" });
  await context.close();
}

/** Fewer colours, when pngquant is there; then no file may be larger than a page should be. */
function shrink() {
  for (const name of readdirSync(OUT).filter((f) => f.endsWith(".png"))) {
    const path = join(OUT, name);
    spawnSync("pngquant", ["--quality", "60-95", "--speed", "1", "--strip", "--force", "--output", path, path]);
    const { size } = statSync(path);
    console.log(`${name} ${size}`);
    if (size > MOST_BYTES) throw new Error(`${name} has ${size} bytes; install pngquant`);
  }
}

/** A change of two certificates, looked at and not made. */
async function preview(page) {
  for (const i of [0, 1]) await page.locator("tbody .tick input").nth(i).check();
  await page.getByRole("button", { name: "Tag…", exact: true }).click();
  await page.getByLabel("Tags").fill("customer-facing");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText(/^\d+ changes?$/).waitFor();
}

async function filledIn(page) {
  for (const label of ["Password", "Password again"]) await page.getByLabel(label, { exact: true }).fill(PASSWORD);
}

try {
  const { url, base } = await world.keepvalid("up", "--demo");
  await picture(base, undefined, "setup", url, "#again", { prepare: filledIn });
  const { page, context } = await openPage(browser, base);
  await page.goto(url);
  await filledIn(page);
  await page.getByRole("button", { name: "Set up and log in" }).click();
  await page.getByText(/needs? you\./).waitFor({ timeout: 120_000 });
  await page.goto(`${base}/#/scans`);
  await page.waitForFunction(() => {
    const states = [...document.querySelectorAll("tbody tr")].map((row) => row.textContent);
    return states.some((s) => s.includes("demo")) && states.every((s) => s.includes("done"));
  }, undefined, { timeout: 120_000 });
  const scan = await page.locator("tbody a.row-link").first().getAttribute("href");
  await page.goto(`${base}/#/`);
  const worst = await page.locator(".needs-list a.row-link").first().getAttribute("href");
  const storage = await context.storageState();
  await context.close();

  await picture(base, undefined, "login", "#/", "#password");
  await picture(base, storage, "overview", "#/", ".weeks");
  await picture(base, storage, "overview-dark", "#/", ".weeks", { dark: true });
  await picture(base, storage, "certificates", "#/certificates", "tbody tr");
  await picture(base, storage, "certificate", worst, ".facts", { height: 1800 });
  await picture(base, storage, "preview", "#/certificates?q=active%3Ayes", "tbody tr", { prepare: preview });
  await picture(base, storage, "timeline", "#/timeline?what_if=47", ".heat-cells");
  await picture(base, storage, "map", "#/map", ".cards", { prepare: async (p) => { await p.locator(".cards a[href*=authority]").first().click(); await p.locator(".graph").waitFor(); } });
  await picture(base, storage, "hosts", "#/hosts", "tbody tr");
  await picture(base, storage, "endpoints", "#/endpoints", "tbody tr");
  await picture(base, storage, "lineages", "#/lineages", "tbody tr");
  await picture(base, storage, "keys", "#/keys", "tbody tr");
  await picture(base, storage, "teams", "#/teams", "tbody tr, .empty");
  await picture(base, storage, "discovery", "#/discovery/new", "tbody tr");
  await picture(base, storage, "source", "#/discovery/sources", "tbody tr", { prepare: async (p) => { await p.locator("tbody a.row-link").first().click(); await p.locator("#runs").waitFor(); } });
  await picture(base, storage, "scan-now", "#/scan", "#targets", { prepare: (p) => p.getByRole("button", { name: "10.1.0.0/24" }).click() });
  await picture(base, storage, "scan", scan, "tbody tr");
  await picture(base, storage, "scans", "#/scans", "tbody tr");
  await picture(base, storage, "jobs", "#/jobs", "tbody tr");
  await picture(base, storage, "audit", "#/audit", "tbody tr");
  await picture(base, storage, "help", "#/", ".weeks", { prepare: async (p) => { await p.keyboard.press("?"); await p.getByRole("dialog").waitFor(); } });
  shrink();
} finally {
  await browser.close();
  await world.end();
}
