// SPDX-License-Identifier: Apache-2.0
// Pictures of every screen for docs/screenshots. See tools/take-screenshots.

import { join } from "node:path";
import { openPage } from "./browser.mjs";

const WIDTH = 1280;
const HEIGHT = 860;

async function still(page, sign) {
  await page.locator(sign).first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".spinner, table[aria-busy=true]"));
  await page.waitForTimeout(300);
}

/** rows: [file, address behind #, what must be there, how]; a file ends up as OUT/FILE.png. */
export async function takeScreenshots(browser, base, storage, out, rows) {
  for (const [file, hash, sign, { dark = false, prepare, tall = false } = {}] of rows) {
    const { page, context } = await openPage(browser, base, { dark, storage, width: WIDTH, height: tall ? 1400 : HEIGHT });
    await page.goto(`${base}/${hash}`);
    await still(page, sign);
    await prepare?.(page);
    await page.screenshot({ path: join(out, `${file}.png`), scale: "css" });
    await context.close();
  }
}
