import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { exitCodes, UserError } from "../errors.js";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
];

/**
 * The browser that prints: the one that CHROMIUM names, else the first of Chromium's names on the path.
 *
 * @throws UserError where there is none
 */
export function findChromium(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { CHROMIUM: named, PATH = "" } = environment;
  const candidates = named
    ? [named]
    : PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = candidates.find(isProgram);
  if (found) return found;
  throw new UserError(
    named ? `CHROMIUM: there is no program ${named}` : "a PDF is printed by Chromium, and none was found",
    { hint: "Install Chromium or Chrome, or set CHROMIUM to its path." },
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Prints a self-contained page to A4 as PDF.
 *
 * The same page of the same date is the same bytes in one browser: what it writes of the time of day is replaced.
 *
 * @param date ISO date that the file says it was made on
 * @throws UserError when the browser fails
 */
export async function printPdf(html: string, date: string, chromium = findChromium()): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "ancora-pdf-"));
  try {
    const [page, pdf] = [join(folder, "page.html"), join(folder, "page.pdf")];
    await writeFile(page, html);
    const args = [
      "--headless",
      "--disable-gpu",
      "--disable-extensions",
      "--no-first-run",
      "--no-pdf-header-footer",
      // Chromium refuses its sandbox to root; the page is ours, without scripts, and loads nothing.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${join(folder, "profile")}`,
      `--print-to-pdf=${pdf}`,
      pathToFileURL(page).href,
    ];
    await promisify(execFile)(chromium, args, { timeout: 60_000 });
    return dated(await readFile(pdf), date);
  } catch (error) {
    throw new UserError(
      `${chromium} printed no PDF: ${error instanceof Error ? error.message : String(error)}`,
      {
        exitCode: exitCodes.stageFailed,
        hint: "Set CHROMIUM to the path of a Chromium or Chrome that runs on this machine.",
        cause: error,
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The dates of making and change replaced by one of the same length, so that no offset in the file moves. */
function dated(pdf: Buffer, date: string): Buffer {
  const stamp = `${date.replaceAll("-", "")}000000`;
  const text = pdf.toString("latin1").replace(/\/(CreationDate|ModDate) \(D:\d{14}/g, `/$1 (D:${stamp}`);
  return Buffer.from(text, "latin1");
}
