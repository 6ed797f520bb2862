import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { generateSample, type SampleOptions } from "../../src/sample/index.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { literal, type Session } from "../../src/warehouse/engine.js";
import { records } from "../../src/result.js";

const contractSchema = z.looseObject({
  key: z.array(z.string()),
  columns: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      required: z.boolean().default(false),
      accepted: z.array(z.string()).optional(),
      range: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
});

export type Contract = z.output<typeof contractSchema>;

/** Time that a hook may take to make a world on a busy machine, in milliseconds. */
export const minutes = 120_000;

export const tables = ["customers", "transactions", "feedback", "touchpoints", "cases", "actions"] as const;

export async function readContract(table: string): Promise<Contract> {
  return contractSchema.parse(parse(await readFile(`pipelines/contracts/${table}.yaml`, "utf8")));
}

export interface World {
  folder: string;
  session: Session;
  /** The only value of a statement with one row and one column. */
  number: (sql: string) => Promise<number>;
  rows: (sql: string) => Promise<ReturnType<typeof records>>;
  close: () => Promise<void>;
}

/** A sample world in a temporary folder, its files read as tables, its truth as tables `true_messages` and so on. */
export async function makeWorld(options: Partial<SampleOptions> = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "ancora-sample-"));
  await generateSample({ customers: 3000, months: 24, seed: 1, out: folder, ...options });
  const engine = await openDuckDb();
  const session = await engine.connect();
  for (const table of tables) {
    const { columns } = await readContract(table);
    const types = Object.entries(columns).map(([name, { type }]) => `${literal(name)}: ${literal(type)}`);
    await session.execute(
      `create table ${table} as from read_csv(${literal(join(folder, `${table}.csv`))}, auto_detect = false,
         header = true, delim = ',', quote = '"', escape = '"', columns = {${types.join(", ")}})`,
    );
  }
  for (const file of await readdir(join(folder, "truth"))) {
    const name = `true_${file.replace(".parquet", "")}`;
    await session.execute(`create table ${name} as from ${literal(join(folder, "truth", file))}`);
  }
  const rows = async (sql: string) => records(await session.query(sql));
  return {
    folder,
    session,
    rows,
    number: async (sql) => Number(Object.values((await rows(sql))[0] ?? {})[0]),
    close: async () => {
      engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** SQL for the area under the ROC curve (Mann and Whitney 1947) of `score` for `label`, ties counting half. */
export function aucOf(from: string, score: string, label: string): string {
  return `
    select (sum(midrank) filter (label) - positives * (positives + 1) / 2) / (positives * negatives)
    from (
      select
        label,
        rank() over (order by score) + (count(*) over (partition by score) - 1) / 2 as midrank,
        count(*) filter (label) over () as positives,
        count(*) filter (not label) over () as negatives
      from (select (${score})::double as score, (${label})::boolean as label from ${from})
      where score is not null
    )
    group by positives, negatives`;
}
