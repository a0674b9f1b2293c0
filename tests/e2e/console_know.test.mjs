// SPDX-License-Identifier: Apache-2.0
// The console's inventory against the mock: what people do with it, by mouse and by keyboard alone; hostile text on every
// screen; a quarter of a million certificates; the size of what a browser loads.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { after, before } from "node:test";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { assertAccessible, assertNoSidewaysScroll, assertQuiet, openBrowser, openPage } from "./console/browser.mjs";

const SOURCE = process.env.KEEPVALID_SOURCE ?? join(dirname(fileURLToPath(import.meta.url)), "../..");
const { startMock } = await import(pathToFileURL(join(SOURCE, "web/tools/mock.mjs")).href);
const PASSWORD = "correct horse battery staple";
const BUDGET_BYTES = 200_000;
const MOST_ROWS = 100;

let mock, big, browser, storage, bigStorage;

async function setUp(of) {
  const seen = await openPage(browser, of.url, { expected: ["401"] });
  const { page } = seen;
  await page.goto(of.url + of.setupPath);
  await page.getByLabel("Name", { exact: true }).fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set up and log in" }).click();
  await page.getByText("need you.").waitFor();
  const kept = await seen.context.storageState();
  assertQuiet(seen);
  await seen.context.close();
  return kept;
}

before(async () => {
  mock = await startMock({ stepMs: 60 });
  big = await startMock({ stepMs: 60, size: 250_000 });
  browser = await openBrowser();
  storage = await setUp(mock);
  bigStorage = await setUp(big);
});
after(async () => {
  await browser?.close();
  mock?.close();
  big?.close();
});

/** One page on a screen; its end is quiet. */
async function on(t, hash, { of = mock, kept = storage, expected = [], ...options } = {}) {
  const seen = await openPage(browser, of.url, { storage: kept, expected, ...options });
  t.after(() => seen.context.close());
  await seen.page.goto(`${of.url}/${hash}`);
  return seen;
}
const settled = (page) => page.waitForFunction(() => !document.querySelector("main .spinner, table[aria-busy=true]"));

test("script and style together stay within the budget", async (t) => {
  let total = 0;
  for (const name of ["console.js", "console.css"]) {
    const answer = await fetch(`${mock.url}/assets/${name}`);
    total += gzipSync(Buffer.from(await answer.arrayBuffer()), { level: 9 }).length;
  }
  t.diagnostic(`${total} bytes of script and style, compressed`);
  assert.ok(total < BUDGET_BYTES, `${total} bytes`);
});

test("filters show counts, are terms of the query, and the list follows", async (t) => {
  const seen = await on(t, "#/certificates");
  const { page } = seen;
  const expired = page.locator(".facet[aria-label=State]").getByRole("button", { name: "expired" });
  const n = Number(await expired.locator(".facet-count").textContent());
  await expired.click();
  await page.waitForURL(/q=state/);
  await page.waitForFunction((rows) => document.querySelectorAll("tbody tr").length === rows, n);
  assert.equal(await expired.getAttribute("aria-pressed"), "true");
  assert.equal(await page.getByLabel("Search certificates").inputValue(), 'state="expired"');
  assertQuiet(seen);
});

test("the query bar suggests fields and values, by keyboard alone", async (t) => {
  const seen = await on(t, "#/certificates");
  const { page } = seen;
  await page.locator("tbody tr").first().waitFor();
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "query");
  await page.keyboard.type("own");
  await page.getByRole("option", { name: /owner:/ }).waitFor();
  await assertAccessible(page, "suggestions");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByLabel("Search certificates").getAttribute("aria-activedescendant"), "query-0");
  await page.keyboard.press("Enter");
  await page.keyboard.type("pay");
  await page.getByRole("option", { name: "Payments" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal((await page.getByLabel("Search certificates").inputValue()).trim(), "owner:Payments");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=owner/);
  await settled(page);
  const owners = await page.locator("tbody td:nth-child(6)").allTextContents();
  assert.ok(owners.length > 0 && owners.every((o) => o === "Payments"), String(owners));
  assertQuiet(seen);
});

test("columns, groups and views are in the address and can be saved", async (t) => {
  const seen = await on(t, "#/certificates");
  const { page } = seen;
  await page.locator("tbody tr").first().waitFor();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByLabel("Tags").check();
  await page.waitForURL(/columns=/);
  await page.getByRole("columnheader", { name: "Tags" }).waitFor();
  await assertAccessible(page, "columns");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("button", { name: "Save what I see" }).click();
  await page.getByLabel("Name", { exact: true }).fill("With <b>tags</b>");
  await page.getByLabel("Everybody sees it").check();
  await page.getByText("keepvalid view add 'With <b>tags</b>'").waitFor();
  await assertAccessible(page, "save a view");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goto(`${mock.url}/#/certificates`);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("link", { name: "With <b>tags</b>" }).click();
  await page.waitForURL(/columns=.*view=/);
  await page.getByRole("columnheader", { name: "Tags" }).waitFor();
  await page.getByLabel("Group by").selectOption("issuer");
  await page.waitForURL(/group=issuer/);
  await page.getByRole("link", { name: "R11", exact: true }).click();
  await page.waitForURL((u) => u.hash.includes("issuer") && !u.hash.includes("group"));
  assertQuiet(seen);
});

test("ticked rows get an owner through a preview, and the job is told to its end", async (t) => {
  const seen = await on(t, "#/certificates?q=path%3Anone");
  const { page } = seen;
  await page.locator("tbody tr").first().waitFor();
  await page.locator("tbody .row-link").first().focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 certificates selected.").waitFor();
  await page.getByRole("button", { name: /^Select all/ }).click();
  await page.getByRole("button", { name: "Assign owner…" }).click();
  await page.getByRole("dialog").getByLabel("Owner").selectOption({ label: "Identity" });
  await page.getByRole("button", { name: "Preview" }).click();
  const make = page.getByRole("button", { name: /^Assign owner: make \d+ changes?$/ });
  await make.waitFor();
  await page.getByRole("cell", { name: "Identity" }).first().waitFor();
  await page.getByText("keepvalid own path:none Identity").waitFor();
  await assertAccessible(page, "preview");
  await make.click();
  await page.getByText("Done.", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.waitForFunction(() => [...document.querySelectorAll("tbody td:nth-child(6)")].every((o) => o.textContent === "Identity"));
  await page.goto(`${mock.url}/#/jobs`);
  await page.getByRole("link", { name: /change of a selection/ }).click();
  await page.getByText("done", { exact: true }).first().waitFor();
  await assertAccessible(page, "job");
  assertQuiet(seen);
});

test("tags, facts and ignoring: each previews, and an error of the server is shown in place", async (t) => {
  const seen = await on(t, "#/lineages?q=shop.example", { expected: ["400"] });
  const { page } = seen;
  await page.locator("tbody .tick input").first().check();
  for (const [action, label, text] of [["Tag…", "Tags", "pci urgent"], ["Set facts…", "Environment", "production"]]) {
    await page.getByRole("button", { name: action, exact: true }).click();
    await page.getByRole("dialog").getByLabel(label, { exact: true }).fill(text);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText(/^\d+ changes?$/).waitFor();
    await page.getByRole("button", { name: "Close" }).click();
  }
  await page.getByRole("button", { name: "Ignore…", exact: true }).click();
  await page.getByLabel("Why").fill(" ");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("A reason is needed.").waitFor();
  assertQuiet(seen);
});

test("an owner is edited in place, against the version that was seen", async (t) => {
  const sha = mock.rows.find((r) => r.name === "vpn.example.org").sha256;
  const seen = await on(t, `#/certificates/${sha}`, { expected: ["412"] });
  const { page } = seen;
  await page.locator("#lineage").waitFor();
  const section = page.locator("section[aria-labelledby=lineage]");
  await section.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Purpose").fill("=customer-facing <b>");
  await page.getByLabel("Tags").fill("one two");
  await page.getByText("keepvalid api PATCH ").waitFor();
  await assertAccessible(page, "edit");
  const id = mock.rows.find((r) => r.name === "vpn.example.org").lineage.id;
  const meanwhile = () => page.evaluate(async (lineage) => {
    const got = await fetch(`/api/v1/lineages/${lineage}`);
    await fetch(`/api/v1/lineages/${lineage}`, { method: "PATCH", headers: { "X-Keepvalid": "1", "If-Match": got.headers.get("ETag") }, body: JSON.stringify({ note: "by somebody else" }) });
  }, id);
  await meanwhile();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Somebody else changed it meanwhile.").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.reload();
  await section.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Tags").fill("one two");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await section.getByRole("link", { name: "two" }).waitFor();
  await section.getByText("by somebody else").waitFor();
  assertQuiet(seen);
});

test("timeline: cells and bars lead to their lists, arrow keys walk, shorter lifetimes cost", async (t) => {
  const seen = await on(t, "#/timeline");
  const { page } = seen;
  await page.locator(".heat-cells a").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const label = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.match(label, /^\d+ \w+ \d{4}: /);
  assert.equal(await page.locator(".heat-cells a[tabindex='0']").count(), 1);
  const filled = page.locator(".heat-cells a:not(.l0)").first();
  const n = /: ([\d,]+) certificate/.exec(await filled.getAttribute("aria-label"))[1];
  await page.getByRole("button", { name: "47 days" }).click();
  await page.getByText(/with lifetimes of 47 days/).waitFor();
  await page.getByRole("link", { name: "List", exact: true }).click();
  await page.getByRole("columnheader", { name: "Week of" }).waitFor();
  await page.getByRole("link", { name: "Days", exact: true }).click();
  await filled.click();
  await page.getByText(new RegExp(`^${n} certificates?$`)).waitFor();
  assertQuiet(seen);
});

test("map: rooted, walked with arrow keys, with a table that says the same", async (t) => {
  const seen = await on(t, "#/map");
  const { page } = seen;
  await page.getByRole("link", { name: /Example Corp Issuing CA 2/ }).click();
  await page.locator(".graph a.root").waitFor();
  const nodes = await page.locator(".graph a").count();
  assert.ok(nodes > 10 && nodes <= 200, String(nodes));
  await page.locator(".graph a.root").focus();
  await page.keyboard.press("ArrowRight");
  const walked = await page.evaluate(() => document.activeElement.getAttribute("data-node"));
  assert.match(walked, /^certificate:/);
  await page.getByRole("link", { name: "Table", exact: true }).click();
  await page.waitForFunction((n) => document.querySelectorAll("tbody tr").length === n, nodes);
  await page.getByRole("link", { name: "Picture", exact: true }).click();
  await page.locator(`[data-node="${walked}"]`).focus();
  await page.keyboard.press("Enter");
  await page.locator(".sentence").waitFor();
  assert.ok(page.url().includes(walked.split(":")[1]));
  assertQuiet(seen);
});

test("discovery: a source is added from the table of kinds, run, paused and removed", async (t) => {
  const seen = await on(t, "#/discovery");
  const { page } = seen;
  await page.getByRole("button", { name: "New source" }).click();
  await page.getByLabel("Kind").selectOption("dns");
  await page.getByLabel("Zones").waitFor();
  await page.getByLabel("Kind").selectOption("network");
  await page.getByLabel("Name", { exact: true }).fill("Lab");
  await page.getByLabel("Scopes").fill("10.9.0.0/24\nlab.example");
  await page.getByLabel("Not between").fill("mon-fri 8:00-18:00");
  await page.getByText("keepvalid source add Lab network").waitFor();
  await assertAccessible(page, "new source");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("10.9.0.0/24 lab.example").waitFor();
  await page.getByText("every day, not mon-fri 08:00-18:00").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("running").first().waitFor();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.waitForURL(/discovery\/sources$/);
  assertQuiet(seen);
});

test("triage: what is new is adopted with an owner; rules are tried before they are kept", async (t) => {
  const seen = await on(t, "#/discovery/new?kind=new");
  const { page } = seen;
  await page.locator("tbody .tick input").first().check();
  await page.getByRole("button", { name: "Adopt…" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: /^Adopt: make 1 change$/ }).click();
  await page.getByText("Done.", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("button", { name: "New rule" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Wiki");
  await page.getByLabel("Which certificates").fill("wiki");
  await page.getByLabel("Tags").fill("docs");
  await page.getByRole("button", { name: "Try it on what is there" }).click();
  await page.getByText(/of which \d+ would change/).waitFor();
  await assertAccessible(page, "new rule");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Wiki", exact: true }).waitFor();
  assertQuiet(seen);
});

test("teams and services are made, changed and removed", async (t) => {
  const seen = await on(t, "#/teams", { expected: ["409"] });
  const { page } = seen;
  await page.getByRole("button", { name: "New team" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Night watch");
  await page.getByLabel("People").fill("technical Jon Snow <jon@example.org>\nArya <arya@example.org>");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "Night watch" }).waitFor();
  await page.getByText("jon@example.org").waitFor();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Note").fill("Wall");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Wall", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.waitForURL(/#\/teams$/);
  await page.goto(`${mock.url}/#/teams/1`);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByLabel(/^What is of it/).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.goto(`${mock.url}/#/services`);
  await page.getByRole("button", { name: "New service" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Ravens");
  await page.getByLabel("Criticality").selectOption("high");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "Ravens" }).waitFor();
  assertQuiet(seen);
});

test("every screen is reached by keyboard alone: g and a letter, and the palette", async (t) => {
  const seen = await on(t, "#/");
  const { page } = seen;
  await page.getByText("need you.").waitFor();
  for (const [key, title] of [["c", "Certificates"], ["t", "Timeline"], ["m", "Map"], ["d", "Discovery"], ["n", "Discovery"], ["h", "Hosts"], ["e", "Endpoints"], ["l", "Lineages"], ["k", "Keys and crypto"], ["w", "Teams and services"], ["j", "Jobs"], ["s", "Scan now"], ["p", "Scans"], ["a", "Audit"]]) {
    await page.locator("#title").focus();
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
  }
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog", { name: "Go to, do, search" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "palette-text");
  await assertAccessible(page, "palette");
  await page.keyboard.type("authorities");
  await page.keyboard.press("Enter");
  await page.waitForURL(/crypto\/authorities/);
  await page.keyboard.press("ControlOrMeta+k");
  await page.waitForFunction(() => document.activeElement?.id === "palette-text");
  await page.keyboard.type("legacy.exa");
  await page.getByRole("option", { name: /legacy\.example\.com/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".sentence").filter({ hasText: "legacy.example.com" }).waitFor();
  await page.keyboard.press("?");
  await page.getByLabel("Keys without Ctrl or Alt do something").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog", { name: "Go to, do, search" }).waitFor();
  await page.keyboard.type("switch single");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(".sentence").waitFor();
  assertQuiet(seen);
});

const HOSTILE_SCREENS = ["#/", "#/certificates?sort=-first_seen", "#/certificates?group=owner", "#/certificates?group=tag", "#/timeline?as=list", "#/map", "#/lineages", "#/hosts", "#/endpoints?q=evil", "#/keys", "#/crypto/authorities", "#/teams", "#/teams/9", "#/teams/10", "#/services", "#/services/5",
  "#/discovery", "#/discovery/sources/2", "#/discovery/sources/4", "#/discovery/new", "#/discovery/unclear", "#/discovery/coverage", "#/discovery/rules", "#/jobs", "#/audit"];

test("hostile text is harmless on every screen", async (t) => {
  const seen = await on(t, "#/");
  const { page } = seen;
  const evil = mock.rows.find((r) => r.name.includes("<script>"));
  const turned = mock.rows.find((r) => r.name.startsWith("\u202e"));
  const more = [`#/map?root=certificate:${turned.sha256}`, `#/map?root=certificate:${evil.sha256}&as=table`, `#/certificates/${turned.sha256}`, `#/hosts/${parseInt(evil.sha256.slice(0, 8), 16)}`];
  for (const hash of [...HOSTILE_SCREENS, ...more]) {
    await page.goto(`${mock.url}/${hash}`);
    await page.waitForTimeout(50);
    await settled(page);
    const found = await page.evaluate(() => ({
      hacked: "hacked" in window, made: document.querySelectorAll("main script, main img, main b b, main i, main iframe").length,
      leads: [...document.querySelectorAll("main a[href]")].map((a) => a.getAttribute("href")).filter((h) => !/^(#\/|\/api\/v1\/)/.test(h)),
      hidden: /[\u0000-\u0008\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(document.querySelector("#console").textContent ?? ""),
      titles: [...document.querySelectorAll("[title], [aria-label], option")].some((e) => /[\u0000-\u0008\u000e-\u001f\u202a-\u202e]/.test((e.getAttribute("title") ?? "") + (e.getAttribute("aria-label") ?? "") + (e.tagName === "OPTION" ? e.textContent : ""))),
    }));
    assert.deepEqual(found, { hacked: false, made: 0, leads: [], hidden: false, titles: false }, hash);
    await assertNoSidewaysScroll(page, hash);
  }
  assertQuiet(seen);
});

test("a quarter of a million: rows in the page and requests stay few", async (t) => {
  const seen = await on(t, "#/", { of: big, kept: bigStorage });
  const { page } = seen;
  await page.getByText("need you.").waitFor();
  await page.getByRole("link", { name: /^250,0\d\d certificates$/ }).waitFor();
  big.state.requests.length = 0;
  await page.goto(`${big.url}/#/certificates`);
  await page.locator("tbody tr").first().waitFor();
  await settled(page);
  assert.ok(await page.locator("tbody tr").count() <= MOST_ROWS);
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  t.diagnostic(`${nodes} elements, ${big.state.requests.length} requests for the first page of 250,000`);
  assert.ok(nodes < 6000, `${nodes} elements`);
  assert.ok(big.state.requests.length <= 4, big.state.requests.join("\n"));
  big.state.requests.length = 0;
  await page.locator("#title").focus();
  for (let i = 0; i < 3; i++) {
    const top = await page.locator("tbody tr").first().textContent();
    await page.keyboard.press("n");
    await page.waitForFunction((before) => document.querySelector("tbody tr")?.textContent !== before, top);
    await settled(page);
  }
  assert.ok(await page.locator("tbody tr").count() <= MOST_ROWS);
  assert.ok(big.state.requests.filter((r) => r.startsWith("GET /certificates")).length === 3, big.state.requests.join("\n"));
  big.state.requests.length = 0;
  await page.getByLabel("Search certificates").fill("");
  await page.keyboard.type("shop2", { delay: 20 });
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=shop2/);
  await settled(page);
  assert.ok(big.state.requests.length <= 9, big.state.requests.join("\n"));
  await page.goto(`${big.url}/#/timeline`);
  await page.locator(".heat-cells").waitFor();
  assert.equal(await page.locator(".heat-cells a").count(), 366);
  await page.goto(`${big.url}/#/map?root=team:1&hops=3`);
  await page.locator(".graph").waitFor();
  assert.ok(await page.locator(".graph a").count() <= 200);
  assertQuiet(seen);
});
