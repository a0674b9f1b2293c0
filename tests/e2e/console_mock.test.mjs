// SPDX-License-Identifier: Apache-2.0
// The console against a made-up inventory: every screen, light and dark, by keyboard alone, with hostile names.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assertAccessible, assertNoSidewaysScroll, assertQuiet, openBrowser, openPage } from "./console/browser.mjs";

const SOURCE = process.env.KEEPVALID_SOURCE ?? join(dirname(fileURLToPath(import.meta.url)), "../..");
const { startMock } = await import(pathToFileURL(join(SOURCE, "web/tools/mock.mjs")).href);
const PASSWORD = "correct horse battery staple";

let mock, browser, storage;

async function setUp(page) {
  await page.goto(mock.url + mock.setupPath);
  await page.getByLabel("Name", { exact: true }).fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set up and log in" }).click();
  await page.getByText("need you.").waitFor();
}

before(async () => {
  mock = await startMock({ stepMs: 60 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  mock?.close();
});

test("by keyboard alone: setup, log out, login, scan, certificate", async () => {
  const seen = await openPage(browser, mock.url, { expected: ["401"] });
  const { page } = seen;
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  const type = (text) => page.keyboard.type(text);
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || "");
  const tabTo = async (what) => {
    for (let i = 0; i < 60; i++) {
      if ((await focused()).startsWith(what)) return;
      await press("Tab");
    }
    assert.fail(`the tabulator key never came to ${what}`);
  };

  await page.goto(mock.url + mock.setupPath);
  await page.getByRole("heading", { name: "Set up Keepvalid" }).waitFor();
  await assertAccessible(page, "setup");
  await tabTo("name");
  await press("ControlOrMeta+a");
  await type("anna");
  await tabTo("password");
  await type("short");
  await page.getByText("7 more characters, please.").waitFor();
  await press("ControlOrMeta+a");
  await type(PASSWORD);
  await tabTo("again");
  await type("something else");
  await press("Enter");
  await page.getByText("The two are not the same.").waitFor();
  assert.equal(await focused(), "again");
  await assertAccessible(page, "setup with an error");
  await press("ControlOrMeta+a");
  await type(PASSWORD);
  await press("Enter");
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /active certificates\..*have a proven renewal path\..*need you\./ }).waitFor();
  assert.ok(!page.url().includes("token"), "the token leaves the address");
  storage = await seen.context.storageState();

  await tabTo("Log out");
  await press("Enter");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await assertAccessible(page, "login");
  await tabTo("name");
  await type("anna");
  await press("Tab");
  await type("a wrong password");
  await press("Enter");
  await page.getByText("Name or password is wrong.").waitFor();
  await page.getByText("login-failed").waitFor();
  assert.equal(await focused(), "password");
  await type(PASSWORD);
  await press("Enter");
  await page.getByText("need you.").waitFor();
  storage = await seen.context.storageState();

  await page.locator("body").focus();
  await press("g", "s");
  await page.getByRole("heading", { name: "Scan now" }).waitFor();
  await tabTo("targets");
  await type("192.0.2.0/27");
  await tabTo("Start the scan");
  await press("Enter");
  await page.getByText(/^Done: 24 of 24/).first().waitFor();
  // Records come behind the counters: the last of them has to stand there before keys walk over them.
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length >= 24);
  await page.getByRole("link", { name: "legacy.example.com" }).first().waitFor();
  await press("j");
  await press("k");
  await tabTo("legacy.example.com");
  await press("Enter");
  await page.locator(".sentence").filter({ hasText: /legacy\.example\.com expired \d+ (days|hours) ago, is still served by 1 endpoint and nobody renews it\./ }).waitFor();
  await press("?");
  await page.getByRole("dialog", { name: "Help" }).waitFor();
  await assertAccessible(page, "help");
  await press("Escape");
  await press("/");
  await page.getByRole("heading", { name: "Certificates" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "query");
  await type("shop.example");
  await press("Enter");
  await page.waitForURL(/q=shop\.example/);
  await press("Tab");
  await page.locator("#title").focus();
  await press("g", "o");
  await page.getByText("need you.").waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

const SCREENS = [
  ["overview", "#/", ".weeks"],
  ["certificates", "#/certificates", "tbody tr"],
  ["certificates filtered", "#/certificates?q=state%3Aexpired", "tbody tr"],
  ["nothing found", "#/certificates?q=nowhere-at-all", ".empty"],
  ["wrong query", "#/certificates?q=shop%20colour%3Ared", ".query-problem"],
  ["endpoints", "#/endpoints", "tbody tr"],
  ["lineages", "#/lineages", "tbody tr"],
  ["scan now", "#/scan", "#targets"],
  ["scans", "#/scans", "tbody tr"],
  ["scan", "#/scans/1", "tbody tr"],
  ["audit", "#/audit", "tbody tr"],
  ["groups", "#/certificates?group=owner", ".share"],
  ["all columns", "#/certificates?columns=name,tags,environment,criticality,key,type,trust,first_seen,lifetime_s", "tbody tr"],
  ["timeline", "#/timeline?what_if=47", ".heat-cells"],
  ["timeline by weeks", "#/timeline?as=weeks", ".weeks"],
  ["timeline as a list", "#/timeline?as=list", ".twin"],
  ["map to begin with", "#/map", ".cards"],
  ["map", () => `#/map?root=authority:${mock.rows.find((r) => r.ca && r.name.includes("Issuing")).sha256}`, ".graph"],
  ["map as a table", () => `#/map?root=certificate:${mock.rows[1].sha256}&as=table`, "tbody tr"],
  ["map without such a root", "#/map?root=key:00", ".problem"],
  ["sources", "#/discovery", "tbody tr"],
  ["source", "#/discovery/sources/1", "tbody tr"],
  ["new since", "#/discovery/new", "tbody tr"],
  ["unclear", "#/discovery/unclear", "tbody tr"],
  ["coverage", "#/discovery/coverage", "a.matrix"],
  ["rules", "#/discovery/rules", "tbody tr"],
  ["hosts", "#/hosts", "tbody tr"],
  ["host", () => `#/hosts/${parseInt(mock.rows[1].sha256.slice(0, 8), 16)}`, "#host-files"],
  ["keys", "#/keys", "tbody tr"],
  ["algorithms", "#/crypto/algorithms", ".share"],
  ["authorities", "#/crypto/authorities", "tbody tr"],
  ["teams", "#/teams", "tbody tr"],
  ["team", "#/teams/1", ".about"],
  ["services", "#/services", "tbody tr"],
  ["service", "#/services/1", ".about"],
  ["jobs without any", "#/jobs", ".empty"],
  ["certificate of a thousand names", () => `#/certificates/${mock.rows.find((r) => r.name === "mass-hosting.example").sha256}`, ".facts"],
  ["authority", () => `#/certificates/${mock.rows.find((r) => r.ca).sha256}`, ".facts"],
  ["a certificate with history", () => `#/certificates/${mock.rows[1].sha256}`, "#related"],
  ["absent certificate", `#/certificates/${"0".repeat(64)}`, ".problem"],
  ["no such screen", "#/nonsense", ".empty"],
];

for (const [dark, width] of [[false, 1280], [true, 1280], [false, 320]])
  test(`all screens ${dark ? "dark" : "light"} at ${width} px: accessible, quiet, not too wide`, async () => {
    const seen = await openPage(browser, mock.url, { dark, width, storage, expected: ["404", "400"] });
    for (const [name, where, sign] of SCREENS) {
      await seen.page.goto(`${mock.url}/${typeof where === "function" ? where() : where}`);
      await seen.page.locator(sign).first().waitFor();
      await seen.page.waitForFunction(() => !document.querySelector("main .spinner"));
      await assertAccessible(seen.page, `${name}, ${dark ? "dark" : "light"}, ${width} px`);
      await assertNoSidewaysScroll(seen.page, `${name} at ${width} px`);
    }
    assertQuiet(seen);
    await seen.context.close();
  });

test("names from certificates are text, whatever they hold", async () => {
  const seen = await openPage(browser, mock.url, { storage });
  const { page } = seen;
  await page.goto(`${mock.url}/#/certificates?sort=-first_seen`);
  const hostile = mock.rows.slice(-12);
  for (const row of hostile) {
    await page.goto(`${mock.url}/#/certificates/${row.sha256}`);
    await page.locator(".facts").waitFor();
    await page.waitForFunction((sha) => document.querySelector(".facts")?.textContent?.includes(sha), row.sha256);
    const found = await page.evaluate(() => ({
      hacked: "hacked" in window, scripts: document.querySelectorAll("main script, main img, main b b, main iframe").length,
      loud: [...document.querySelectorAll("main a")].filter((a) => !/^(#\/|\/api\/v1\/)/.test(a.getAttribute("href") ?? "")).map((a) => a.getAttribute("href")),
      unisolated: [...document.querySelectorAll(".foreign")].filter((e) => e.tagName !== "BDI").length,
      hidden: /[\u0000-\u0008\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(document.querySelector("main")?.textContent ?? ""),
      title: document.title,
    }));
    assert.deepEqual({ ...found, title: "" }, { hacked: false, scripts: 0, loud: [], unisolated: 0, hidden: false, title: "" }, JSON.stringify(row.name));
    assert.ok(!/[\u0000-\u001f\u202e]/.test(found.title));
    await assertNoSidewaysScroll(page, JSON.stringify(row.name));
  }
  await page.getByText("U+200B").first().or(page.getByText("&lt;b&gt;already escaped&lt;/b&gt;").first()).waitFor();
  await page.goto(`${mock.url}/#/certificates/${hostile[3].sha256}`);
  await page.getByText("U+202E").first().waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("a thousand names have a filter", async () => {
  const seen = await openPage(browser, mock.url, { storage });
  const { page } = seen;
  await page.goto(`${mock.url}/#/certificates/${mock.rows.find((r) => r.name === "mass-hosting.example").sha256}`);
  await page.getByText("1,000 names", { exact: true }).waitFor();
  assert.equal(await page.locator(".names li").count(), 120);
  await page.getByLabel("Filter", { exact: true }).fill("customer-77");
  await page.getByText("11 of 1,000 names").waitFor();
  await page.getByLabel("Filter", { exact: true }).fill("<b>");
  await page.getByText("<b>bold</b>.example").waitFor();
  await page.getByLabel("Filter", { exact: true }).fill("");
  await page.getByRole("button", { name: "Show all 1,000" }).click();
  assert.equal(await page.locator(".names li").count(), 1000);
  assertQuiet(seen);
  await seen.context.close();
});

test("filters, sort and pages are in the address and come back with it", async () => {
  const seen = await openPage(browser, mock.url, { storage, expected: ["400"] });
  const { page } = seen;
  await page.goto(`${mock.url}/#/certificates`);
  await page.locator("tbody tr").first().waitFor();
  await page.getByRole("button", { name: "Nobody renews it" }).click();
  await page.waitForURL(/path%3Anone/);
  assert.equal(await page.getByLabel("Search certificates").inputValue(), "path:none");
  assert.equal(await page.getByRole("button", { name: "Nobody renews it" }).getAttribute("aria-pressed"), "true");
  await page.getByRole("button", { name: "Nobody renews it" }).click();
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await page.waitForURL(/sort=name/);
  await page.waitForFunction(() => document.querySelector("th[aria-sort]")?.textContent === "Name");
  const answered = page.waitForResponse(/sort=-name/);
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await answered;
  const first = () => page.locator("tbody tr").first().textContent();
  await page.waitForFunction(() => document.querySelector("th[aria-sort=descending]") && document.querySelector("table[aria-busy=false]"));
  const top = await first();
  await page.locator("#title").focus();
  await page.keyboard.press("n");
  await page.waitForURL(/cursor=/);
  await page.waitForFunction((t) => document.querySelector("tbody tr")?.textContent !== t, top);
  await page.keyboard.press("p");
  await page.waitForFunction((t) => document.querySelector("tbody tr")?.textContent === t, top);
  await page.getByLabel("Search certificates").fill("shop colour:red");
  await page.keyboard.press("Enter");
  await page.getByText('Column 6: there is no key "colour"').waitFor();
  assert.equal(await page.locator(".query-problem mark").textContent(), "c");
  assertQuiet(seen);
  await seen.context.close();
});

test("a scan can be watched, stopped, and counted by outcome; its command line is there to copy", async () => {
  const seen = await openPage(browser, mock.url, { storage, expected: ["400"] });
  const { page } = seen;
  await page.goto(`${mock.url}/#/scan`);
  await page.getByRole("button", { name: "Start the scan" }).click();
  await page.getByText("At least one target, please").waitFor();
  await page.getByRole("button", { name: "10.1.0.0/24" }).click();
  await page.getByLabel("Polite").check();
  await page.getByRole("button", { name: "Check the targets" }).click();
  await page.getByText("Good: 24 endpoints to look at.").waitFor();
  await page.getByRole("button", { name: "Copy the command line" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "keepvalid scan 10.1.0.0/24 --look polite --save");
  await page.getByLabel("Targets", { exact: true }).fill("what!ever");
  await page.getByRole("button", { name: "Start the scan" }).click();
  await page.getByText("target-wrong").waitFor();
  await page.getByLabel("Targets", { exact: true }).fill("10.1.0.0/24");
  await page.getByRole("button", { name: "Start the scan" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText(/^Stopped: /).first().waitFor();
  await page.goto(`${mock.url}/#/scans/1`);
  await page.getByRole("link", { name: "timeout" }).click();
  await page.waitForURL(/outcome=timeout/);
  const outcomes = await page.locator("tbody td:nth-child(3)").allTextContents();
  assert.ok(outcomes.length > 0 && outcomes.every((o) => o === "timeout"), String(outcomes));
  assertQuiet(seen);
  await seen.context.close();
});

test("each bar of the weeks leads to as many certificates as it says, by arrow keys too", async () => {
  const seen = await openPage(browser, mock.url, { storage });
  const { page } = seen;
  await page.goto(`${mock.url}/#/`);
  const bars = page.locator(".weeks a");
  await bars.first().waitFor();
  assert.equal(await bars.count(), 26);
  await bars.first().focus();
  await page.keyboard.press("ArrowRight");
  const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  const n = /: ([\d,]+) certificate/.exec(label ?? "")?.[1];
  await page.keyboard.press("Enter");
  await page.getByText(new RegExp(`(^|of )${n} certificates?$`)).waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("light, dark, automatic: the choice lasts", async () => {
  const seen = await openPage(browser, mock.url, { storage });
  const { page } = seen;
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(`${mock.url}/#/`);
  const light = await ground();
  await page.getByRole("button", { name: "Colours: auto. Change" }).click();
  await page.getByRole("button", { name: "Colours: light. Change" }).click();
  await page.getByRole("button", { name: "Colours: dark. Change" }).waitFor();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.getByRole("button", { name: "Colours: dark. Change" }).waitFor();
  assert.notEqual(await ground(), light);
  assertQuiet(seen);
  await seen.context.close();
});

test("a server that is gone is said, and so is a session that ended", async (t) => {
  const other = await startMock({ empty: true });
  t.after(() => other.close());
  const seen = await openPage(browser, other.url, { expected: ["ERR_", "401", "Failed to load"] });
  const { page } = seen;
  await page.goto(`${other.url}/`);
  await page.getByText("Nobody is the administrator yet.").waitFor();
  await page.goto(`${other.url}/#/setup?token=used`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  seen.complaints.length = 0;
  await page.getByRole("button", { name: "Set up and log in" }).click();
  await page.getByText("This setup address has been used or is too old.").waitFor();
  seen.complaints.length = 0;
  await page.goto(`${other.url}/#/setup?token=mock`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set up and log in" }).click();
  await page.getByRole("heading", { name: "Let us find your certificates." }).waitFor();
  await assertAccessible(page, "first steps");
  other.state.sessions.clear();
  await page.goto(`${other.url}/#/certificates`);
  await page.getByText("Your session has ended.").waitFor();
  other.close();
  await page.getByLabel("Name", { exact: true }).fill("admin");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("The console cannot reach Keepvalid.").waitFor();
  assertQuiet(seen);
  await seen.context.close();
});
