// SPDX-License-Identifier: Apache-2.0
// The console of a real Keepvalid: set up, scan real servers, and look at what came of it, on every screen.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { assertAccessible, assertNoSidewaysScroll, assertQuiet, openBrowser, openPage } from "./console/browser.mjs";
import { freePort, World } from "./console/engine.mjs";

const PASSWORD = "correct horse battery staple";
const SOON = { subject: "/CN=shop.example", names: "DNS:shop.example,DNS:www.shop.example", from: -77.5, to: 12.5, by: "authority" };
const FINE = { subject: "/CN=localhost", names: "DNS:localhost,IP:127.0.0.1", from: -1, to: 89, by: "authority" };
const OVER = { subject: "/CN=legacy.example", names: "DNS:legacy.example", from: -90, to: -19.5, by: "authority" };
const EVIL = { subject: "/CN=<script>window.hacked=1<\\/script>\u202ebank", names: "DNS:evil.example", from: -1, to: 60, by: "authority" };

const world = new World();
let browser, base, setupUrl, storage;
const ports = {};

before(async () => {
  world.authority("authority", "/CN=Console Test Authority");
  for (const [name, how] of Object.entries({ SOON, FINE, OVER, EVIL })) ports[name] = await world.serve(name.toLowerCase(), how);
  ports.SHUT = await freePort();
  ({ url: setupUrl, base } = await world.empty());
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await world.end();
});

test("setup, and an overview that tells how to begin", async () => {
  const seen = await openPage(browser, base, { expected: ["401"] });
  const { page } = seen;
  await page.goto(setupUrl);
  await page.getByLabel("Name", { exact: true }).fill("anna");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await assertAccessible(page, "setup");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Log out" }).waitFor();
  await page.getByRole("heading", { level: 1 }).filter({ hasText: "Let us find your certificates." }).waitFor();
  assert.ok(!page.url().includes("token"), "the token leaves the address");
  storage = await seen.context.storageState();
  assert.ok(storage.cookies.some((c) => c.name === "keepvalid_session" && c.httpOnly && c.sameSite === "Strict"), "the session's cookie");
  assertQuiet(seen);
  await seen.context.close();
});

test("the setup address works once", async () => {
  const seen = await openPage(browser, base, { expected: ["401"] });
  await seen.page.goto(setupUrl);
  await seen.page.getByRole("heading", { name: "Log in" }).waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("a wrong password is refused in words, the right one lets in", async () => {
  const seen = await openPage(browser, base, { expected: ["401"] });
  const { page } = seen;
  await page.goto(`${base}/#/certificates`);
  await page.getByLabel("Name", { exact: true }).fill("anna");
  await page.getByLabel("Password", { exact: true }).fill("not the password at all");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Certificates" }).waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("a scan runs before one's eyes, and every number it leaves leads to a list", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/scan`);
  await page.getByLabel("Targets", { exact: true }).fill(Object.values(ports).map((p) => `localhost:${p}`).join("\n"));
  await page.getByRole("button", { name: "Check the targets" }).click();
  await page.getByText("Good: 5 endpoints to look at.").waitFor();
  await page.getByRole("button", { name: "Start the scan" }).click();
  await page.getByText(/^Done: 5 of 5/).first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 5);
  await assertAccessible(page, "scan");
  await page.getByRole("link", { name: /1 refused/ }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await page.getByText(`localhost:${ports.SHUT}`).first().waitFor();

  await page.goto(`${base}/#/`);
  await page.getByRole("heading", { level: 1 }).filter({ hasText: /^4 active certificates\. \d+ ha(s|ve) a proven renewal path\. \d+ needs? you\.$/ }).waitFor();
  for (const [link, rows] of [[/4 active certificates/, 4], [/5 certificates/, 5], [/endpoints/, null]]) {
    await page.goto(`${base}/#/`);
    const number = page.getByRole("link", { name: link }).first();
    const said = Number(/[\d,]+/.exec(await number.textContent())[0].replace(/,/g, ""));
    if (rows !== null) assert.equal(said, rows);
    await number.click();
    await page.getByRole("heading", { level: 1, name: /Certificates|Endpoints/ }).waitFor();
    await page.waitForFunction((n) => document.querySelectorAll("tbody tr").length === n && document.querySelector(".pager")?.textContent?.startsWith(String(n)), said);
  }
  assertQuiet(seen);
  await seen.context.close();
});

test("the weeks and their lists agree", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/`);
  await page.locator(".weeks a").first().waitFor();
  const bars = await page.locator(".weeks a").evaluateAll((all) => all.map((a) => [a.getAttribute("href"), Number(/: (\d+)/.exec(a.getAttribute("aria-label"))[1])]));
  assert.equal(bars.length, 26);
  const filled = bars.filter(([, n]) => n > 0);
  assert.ok(filled.length >= 2, "the certificates that end within half a year");
  for (const [href, n] of filled) {
    await page.goto(`${base}/${href}`);
    await page.waitForFunction((rows) => document.querySelectorAll("tbody tr").length === rows, n);
  }
  assertQuiet(seen);
  await seen.context.close();
});

test("a certificate is told in one sentence, with its place, chain and facts", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/certificates?q=shop.example`);
  await page.getByRole("link", { name: "shop.example", exact: true }).click();
  await page.locator(".sentence").filter({ hasText: /^shop\.example expires in 12 days, is served by 1 endpoint and nobody renews it\.$/ }).waitFor();
  await page.getByText(`localhost:${ports.SOON}`).first().waitFor();
  await page.getByText("wrong name").first().waitFor();
  await page.locator(".names").getByText("www.shop.example").waitFor();
  await page.getByRole("link", { name: "Console Test Authority" }).first().waitFor();
  await page.getByRole("button", { name: "Copy PEM as PEM" }).click();
  await page.getByText("Copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n$/);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download PEM" }).click();
  assert.match((await download).suggestedFilename(), /^[0-9a-f]{16}\.pem$/);
  await assertAccessible(page, "certificate");
  await page.getByRole("link", { name: "Console Test Authority" }).first().click();
  await page.locator(".sentence").filter({ hasText: /is a certificate authority, .* has issued 4 certificates that we know\./ }).waitFor();
  await page.getByRole("link", { name: "4 issued by it" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length >= 4);
  assertQuiet(seen);
  await seen.context.close();
});

test("the query language answers, and errs at its column", async () => {
  const seen = await openPage(browser, base, { storage, expected: ["400"] });
  const { page } = seen;
  const rows = async (q, n) => {
    await page.goto(`${base}/#/certificates?q=${encodeURIComponent(q)}`);
    await page.waitForFunction((want) => (want === 0 ? document.querySelector(".empty") : document.querySelectorAll("tbody tr").length === want), n, { timeout: 120_000 })
      .catch(() => assert.fail(`${q}: not ${n} rows`));
  };
  for (const [q, n] of [["state:expired", 1], ["state:expiring", 1], ["has:problem active:yes", 4], ["path:none", 4], ["ca:yes", 1], ["self_signed:yes", 1], ["nowhere", 0], ['issuer="Console Test Authority"', 5], ["expires<30d", 2], ["served>0", 5], ["a OR evil", 5]])
    await rows(q, n);
  await page.goto(`${base}/#/certificates?q=${encodeURIComponent("shop colour:red")}`);
  await page.getByText(/^Column 6: /).waitFor();
  assert.equal(await page.locator(".query-problem mark").textContent(), "c");
  await assertAccessible(page, "wrong query");
  for (const sort of ["Name", "Expires", "Issuer"]) {
    await page.goto(`${base}/#/certificates`);
    await page.getByRole("button", { name: sort, exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 5);
  }
  assertQuiet(seen);
  await seen.context.close();
});

test("a hostile certificate is text", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/certificates?q=evil`);
  await page.locator("tbody a.row-link").first().click();
  await page.locator(".facts").waitFor();
  await page.getByText("U+202E").first().waitFor();
  assert.deepEqual(await page.evaluate(() => ["hacked" in window, document.querySelectorAll("main script").length]), [false, 0]);
  assertQuiet(seen);
  await seen.context.close();
});

for (const dark of [false, true])
  test(`all screens of the real thing, ${dark ? "dark" : "light"}: accessible, quiet, not too wide`, async () => {
    const seen = await openPage(browser, base, { dark, storage, expected: ["404"] });
    const { page } = seen;
    for (const [where, sign] of [["", ".weeks"], ["certificates", "tbody tr"], ["endpoints", "tbody tr"], ["endpoints?q=outcome%3Arefused", ".empty"], ["lineages", "tbody tr"], ["certificates?group=issuer", ".share"], ["timeline?what_if=47", ".heat-cells"], ["timeline?as=list", ".twin"], ["map", ".cards"], ["hosts", "tbody tr"], ["keys", "tbody tr"], ["crypto/algorithms", ".share"], ["crypto/authorities", "tbody tr"], ["teams", ".empty, tbody tr"], ["services", ".empty, tbody tr"], ["discovery", ".empty, tbody tr"], ["discovery/new", "tbody tr"], ["discovery/unclear", ".empty, tbody tr"], ["discovery/coverage", ".empty, tbody tr"], ["jobs", "tbody tr"], ["scan", "#targets"], ["scans", "tbody tr"], ["audit", "tbody tr"], [`certificates/${"0".repeat(64)}`, ".problem"]]) {
      await page.goto(`${base}/#/${where}`);
      await page.locator(sign).first().waitFor();
      await assertAccessible(page, where);
      await assertNoSidewaysScroll(page, where);
    }
    assertQuiet(seen);
    await seen.context.close();
  });

test("a team is made, a certificate gets it in place, and lists and groups follow", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/teams`);
  await page.getByRole("button", { name: "New team" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Payments <b>");
  await page.getByLabel("People").fill("technical Anna Example <anna@example.org>");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "Payments <b>" }).waitFor();
  await page.getByText("anna@example.org").waitFor();
  await page.goto(`${base}/#/certificates?q=shop.example`);
  await page.getByRole("link", { name: "shop.example", exact: true }).click();
  const section = page.locator("section[aria-labelledby=lineage]");
  await section.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Owner").selectOption({ label: "Payments <b>" });
  await page.getByLabel("Tags").fill("pci shop");
  await page.getByLabel("Environment").fill("production");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await section.getByRole("link", { name: "Payments <b>" }).waitFor();
  await section.getByRole("link", { name: "pci" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  await page.goto(`${base}/#/certificates?group=owner`);
  await page.getByRole("link", { name: "Payments <b>" }).click();
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
  assertQuiet(seen);
  await seen.context.close();
});

test("the map is rooted in what was found, and its table says the same", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/map`);
  await page.getByRole("link", { name: /Console Test Authority/ }).click();
  await page.locator(".graph a.root").waitFor();
  const boxes = await page.locator(".graph a").count();
  assert.ok(boxes >= 5, String(boxes));
  await assertAccessible(page, "map");
  await page.getByRole("link", { name: "Table", exact: true }).click();
  await page.waitForFunction((n) => document.querySelectorAll("tbody tr").length === n, boxes);
  assertQuiet(seen);
  await seen.context.close();
});

test("ticked rows are tagged through a preview by a job that ends", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/certificates?q=active%3Ayes`);
  for (const i of [0, 1]) await page.locator("tbody .tick input").nth(i).check();
  await page.getByRole("button", { name: "Tag…", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Tags").fill("ticked");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Tag: make 2 changes" }).click();
  await page.getByText("Done.", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.goto(`${base}/#/certificates?q=tag%3Aticked`);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
  await page.goto(`${base}/#/jobs`);
  await page.getByRole("link", { name: /change of a selection/ }).first().click();
  await page.getByText("done", { exact: true }).first().waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("a source is made, runs, and what it found is new; a rule is tried and kept", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/discovery`);
  await page.getByRole("button", { name: "New source" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Test listeners");
  await page.getByLabel("Kind").selectOption("names");
  await page.getByLabel("Kind").selectOption("network");
  await page.getByLabel("Scopes", { exact: true }).fill("localhost");
  await page.getByLabel("Ports", { exact: true }).fill(`${ports.FINE},${ports.SHUT}`);
  await page.getByLabel("Runs", { exact: true }).selectOption({ label: "only when asked" });
  await assertAccessible(page, "new source");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("heading", { name: "Test listeners" }).waitFor();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.locator("section[aria-labelledby=runs]").getByText("done", { exact: true }).waitFor();
  await page.getByText("1 refused").waitFor();
  await page.goto(`${base}/#/discovery/new`);
  await page.locator("tbody").getByRole("link", { name: "shop.example", exact: true }).first().waitFor();
  await page.goto(`${base}/#/discovery/rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  await page.getByLabel("Name", { exact: true }).fill("By <i>issuer</i>");
  await page.getByLabel("Which certificates").fill('issuer:"Console Test Authority" -ca:yes');
  await page.getByLabel("Tags").fill("found");
  await page.getByRole("button", { name: "Try it on what is there" }).click();
  await page.getByText("4 matches").waitFor();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "By <i>issuer</i>", exact: true }).waitFor();
  await page.getByRole("button", { name: "Apply to all that is there" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply to all that is there" }).click();
  await page.getByText("done", { exact: true }).first().waitFor();
  await page.goto(`${base}/#/certificates?q=tag%3Afound`);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 4);
  await page.goto(`${base}/#/discovery/coverage`);
  await page.locator("a.matrix").first().waitFor();
  assertQuiet(seen);
  await seen.context.close();
});

test("the query bar suggests what the inventory holds", async () => {
  const seen = await openPage(browser, base, { storage });
  const { page } = seen;
  await page.goto(`${base}/#/certificates`);
  await page.getByLabel("Search certificates").fill("issuer:Cons");
  await page.getByRole("option", { name: /console test authority/i }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.match(await page.getByLabel("Search certificates").inputValue(), /^issuer:"console test authority"/i);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 5);
  assertQuiet(seen);
  await seen.context.close();
});

test("a change shows without a reload, and a log-out ends the session", async () => {
  const seen = await openPage(browser, base, { storage, expected: ["401"] });
  const { page } = seen;
  await page.goto(`${base}/#/scans`);
  await page.locator(".live.on").waitFor();
  await page.goto(`${base}/#/audit`);
  await page.getByText("scan.create").first().waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.goto(`${base}/#/certificates`);
  await page.reload();
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  assertQuiet(seen);
  await seen.context.close();
});
