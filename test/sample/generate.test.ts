import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { records } from "../../src/result.js";
import { generateSample, type SampleOptions } from "../../src/sample/index.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { literal } from "../../src/warehouse/engine.js";

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

  it("writes the truth with the columns that the manual lists, and no other", async () => {
    const out = join(folder, "columns");
    await generateSample({ customers: 50, months: 3, seed: 1, out });
    const engine = await openDuckDb();
    try {
      const session = await engine.connect();
      const written: Record<string, string[]> = {};
      for (const file of await readdir(join(out, "truth"))) {
        const columns = await session.describe(`from ${literal(join(out, "truth", file))}`);
        written[file.replace(".parquet", "")] = columns.map(
          ({ name, type }) => `${name} ${type.toLowerCase().replaceAll('"', "")}`,
        );
      }
      expect(await documentedTruth()).toEqual(written);
    } finally {
      engine.close();
    }
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

  it("gives the same bytes with any number of threads and any memory limit", async () => {
    const make = async (name: string, limits: Pick<SampleOptions, "threads" | "memoryLimit">) => {
      const out = join(folder, name);
      await generateSample({ customers: 2000, months: 12, seed: 7, out, format: "parquet", ...limits });
      return hashes(out);
    };
    const alone = await make("alone", { threads: 1 });
    expect(await make("together", { threads: 4, memoryLimit: "300MB" })).toEqual(alone);
  });

  it("makes a large world in parts, each in order of time, and puts them in place of an earlier world", async () => {
    const out = join(folder, "large");
    await generateSample({ customers: 50, months: 3, seed: 1, out, format: "parquet" });
    const { rows } = await generateSample({ customers: 50_001, months: 3, seed: 1, out, format: "parquet" });
    const engine = await openDuckDb();
    try {
      const session = await engine.connect();
      const [row] = records(
        await session.query(`
          with sold as (
            select *, lag((occurred_at, transaction_id)) over (partition by filename order by file_row_number) as previous
            from read_parquet(${literal(join(out, "transactions*.parquet"))}, filename = true, file_row_number = true)
          )
          select
            count(*) as transactions,
            count(distinct transaction_id) as ids,
            count(*) filter (previous > (occurred_at, transaction_id)) as misplaced,
            count(distinct filename) as files
          from sold`),
      );
      expect(row).toEqual({
        transactions: rows.transactions,
        ids: rows.transactions,
        misplaced: 0,
        files: 2,
      });
      const authors = await session.query(`
        select count(*) - count(distinct feedback_id)
        from read_parquet(${literal(join(out, "feedback*.parquet"))})`);
      expect(authors.rows).toEqual([[0]]);
    } finally {
      engine.close();
    }
    expect(rows.customers).toBe(50_001);
    expect(await readdir(join(out, "truth"))).toEqual(
      expect.arrayContaining(["causes.parquet", "messages-1.parquet", "messages-2.parquet"]),
    );
  });

  it("leaves the folder as it was when it is stopped", async () => {
    const out = join(folder, "stopped");
    await generateSample({ customers: 50, months: 3, seed: 1, out });
    const before = await hashes(out);
    const controller = new AbortController();
    const stopped = generateSample(
      { customers: 60, months: 3, seed: 1, out },
      {
        progress: (step) => {
          if (step === "transactions.csv") controller.abort(new Error("enough"));
        },
        signal: controller.signal,
      },
    );
    await expect(stopped).rejects.toThrow("enough");
    expect(await hashes(out)).toEqual(before);
  });

  it("refuses a folder that cannot be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(generateSample({ customers: 50, months: 3, seed: 1, out: file })).rejects.toThrow(/folder/);
    const nowhere = "/proc/ancora";
    await expect(generateSample({ customers: 50, months: 3, seed: 1, out: nowhere })).rejects.toThrow(
      /folder/,
    );
  });
});

/** File -> `column type` of each row of its table in docs/sample-world.md. */
async function documentedTruth(): Promise<Record<string, string[]>> {
  const manual = await readFile("docs/sample-world.md", "utf8");
  const section = /^## The truth$([^]*?)^## /m.exec(manual)?.[1] ?? "";
  return Object.fromEntries(
    section
      .split(/^### /m)
      .slice(1)
      .map((part) => [
        /^`(\w+)`/.exec(part)?.[1] ?? "",
        [...part.matchAll(/^\| `(\w+)` +\| (.+?) +\|/gm)].map(([, name, type]) => `${name} ${type}`),
      ]),
  );
}

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
