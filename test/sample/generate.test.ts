import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSample } from "../../src/sample/index.js";

describe("generating a sample world", { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ancora-sample-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("gives the same bytes for the same arguments and others for another seed", async () => {
    const make = async (name: string, seed: number) => {
      const out = join(folder, name);
      await generateSample({ customers: 400, months: 12, seed, out });
      return hashes(out);
    };
    const first = await make("first", 7);
    expect(Object.keys(first).sort()).toEqual([
      "actions.csv",
      "cases.csv",
      "customers.csv",
      "feedback.csv",
      "touchpoints.csv",
      "transactions.csv",
      "truth/actions.parquet",
      "truth/causes.parquet",
      "truth/customers.parquet",
      "truth/exposures.parquet",
      "truth/identities.parquet",
      "truth/invitations.parquet",
      "truth/messages.parquet",
    ]);
    expect(await make("second", 7)).toEqual(first);
    const other = await make("third", 8);
    expect(Object.entries(other).filter(([file, hash]) => first[file] === hash)).toEqual([]);
  });

  it("is what is committed under data/sample", async () => {
    const out = join(folder, "committed");
    await generateSample({ customers: 3000, months: 24, seed: 1, out });
    expect(await hashes("data/sample")).toMatchObject(await hashes(out));
  });

  it("writes Parquet with the same rows as CSV", async () => {
    const csv = await generateSample({ customers: 200, months: 6, seed: 3, out: join(folder, "csv") });
    const out = join(folder, "parquet");
    const parquet = await generateSample({ customers: 200, months: 6, seed: 3, out, format: "parquet" });
    expect(parquet.rows).toEqual(csv.rows);
    expect(await readdir(out)).toContain("transactions.parquet");
  });

  it("tells its steps", async () => {
    const steps: string[] = [];
    await generateSample(
      { customers: 50, months: 3, seed: 1, out: join(folder, "steps") },
      { progress: (step) => steps.push(step) },
    );
    expect(steps).toContain("orders");
    expect(steps.at(-1)).toBe("truth/actions.parquet");
  });

  it("refuses numbers out of range, naming the option", async () => {
    await expect(generateSample({ customers: 1, months: 24, seed: 1, out: folder })).rejects.toThrow(
      /customers/,
    );
    await expect(generateSample({ customers: 100, months: 0, seed: 1, out: folder })).rejects.toThrow(
      /months/,
    );
  });

  it("refuses a folder that cannot be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(generateSample({ customers: 50, months: 3, seed: 1, out: file })).rejects.toThrow(/folder/);
  });
});

async function hashes(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<[string, string]> => {
      const path = join(entry.parentPath, entry.name);
      const hash = createHash("sha256").update(await readFile(path));
      return [path.slice(folder.length + 1), hash.digest("hex")];
    });
  return Object.fromEntries((await Promise.all(entries)).sort());
}
