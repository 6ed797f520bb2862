import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Browser tests skip by name where there is no Chromium. */
export const hasChromium = existsSync(executablePath);

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: ["--no-sandbox"] });

export interface View {
  width: number;
  scripts?: boolean;
  colorScheme?: "light" | "dark";
}

/** What a page did that a report must not do: dialogs, requests beyond itself, messages in the console. */
export interface Visit {
  page: Page;
  misdeeds: string[];
}

/** Opens a report from a file, gives it to `look`, and returns its misdeeds. */
export async function visit(
  browser: Browser,
  html: string,
  { width, scripts = true, colorScheme = "light" }: View,
  look: (page: Page) => Promise<void>,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    javaScriptEnabled: scripts,
    colorScheme,
  });
  try {
    const page = await context.newPage();
    const misdeeds: string[] = [];
    page.on("dialog", (dialog) => {
      misdeeds.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => misdeeds.push(`console ${message.text()}`));
    page.on("pageerror", (error) => misdeeds.push(`error ${error.message}`));
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== address && !request.url().startsWith("data:"))
        misdeeds.push(`request ${request.url()}`);
    });
    await page.goto(address);
    await look(page);
    return misdeeds;
  } finally {
    await context.close();
    rmSync(folder, { recursive: true });
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules of axe-core that the page breaks seriously, each with the first element that does. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as { axe: typeof axe };
    const { violations } = await engine.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
