import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Random } from "../../src/stats/random.js";

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ancora-evaluate-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a CSV file into a folder that is removed when the test ends, and returns its path. */
export function csvFile(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const file = join(temporaryFolder(), "table.csv");
  const quoted = [header, ...rows].map((row) =>
    row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(","),
  );
  writeFileSync(file, `${quoted.join("\n")}\n`);
  return file;
}

const plain = "il negozio era aperto quando siamo entrati con due amici per guardare una cosa".split(" ");

/** `n` texts, each with whether a telling word was put into it, which is so for `share` of them. */
export function tellingTexts(n: number, tells: string, { share = 0.5, seed = "texts" } = {}) {
  const random = new Random(seed);
  return Array.from({ length: n }, () => {
    const words = Array.from({ length: 6 }, () => plain[random.integer(plain.length)]!);
    const isTold = random.uniform() < share;
    if (isTold) words.splice(random.integer(6), 0, tells);
    return { text: words.join(" "), label: isTold ? "yes" : "no" };
  });
}
