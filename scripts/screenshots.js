/**
 * Takes the pictures of `docs/images` from the reports that the last run has published.
 *
 *     npm start && npm run screenshots
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, URL } from "node:url";
import { chromium } from "playwright-core";

const reports = new URL("../reports/out/", import.meta.url);
const images = new URL("../docs/images/", import.meta.url);

const pictures = [
  { page: "index.en", width: 900, height: 700 },
  { page: "executive.en", width: 900, height: 1100 },
  { page: "executive.it", width: 360, height: 900 },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const { page: name, width, height } of pictures) {
    const page = await browser.newPage({ viewport: { width, height } });
    const file = new URL(`${name}.html`, reports);
    if (!existsSync(file)) throw new Error(`${fileURLToPath(file)} is not there: run the pipeline first`);
    await page.goto(file.href);
    await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, images)) });
    await page.close();
  }
} finally {
  await browser.close();
}
