import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { tabulateEmbeddings } from "../../src/ml/embedding-table.js";
import { predictGroups, scoringGroups } from "../../src/ml/group.js";
import { initialParameters, layoutOf } from "../../src/ml/network.js";
import { ScoringPool } from "../../src/ml/scoring-pool.js";
import { networkSpec } from "../../src/ml/spec.js";
import { Random } from "../../src/stats/random.js";
import { buildWorker, type BuiltWorker } from "./worker.js";

const random = new Random("scoring pool");
const [d, numbers] = [9, 4];
const layout = layoutOf(networkSpec.parse({ groups: 2, width: 8 }), d, numbers);
const groups = [1, 2].map((group) => initialParameters(layout, -1, random.fork(`group ${group}`)));
const task = { layout, groups, table: tabulateEmbeddings(layout, groups) };
const chunks = [300, 5000].map((n) => ({
  n,
  d,
  numbers,
  data: Float32Array.from({ length: n * d }, () => random.normal()),
}));
let built: BuiltWorker;
let pool: ScoringPool;

beforeAll(async () => {
  await useBackend("wasm");
  built = await buildWorker("src/ml/scoring.worker.ts");
  pool = new ScoringPool(task, { worker: built.url, threads: 2 });
});

afterAll(() => built.remove());

describe("ScoringPool", () => {
  it("gives what this thread gives, also to those who use it at the same time", async () => {
    const scoring = scoringGroups(layout, groups, task.table);
    const here = chunks.map((chunk) => predictGroups(scoring, chunk));
    const inThreads = async () => {
      const found: Float32Array[] = [];
      await pool.use(async (threads) => {
        await Promise.all(
          threads.map(async (predict, thread) => (found[thread] = await predict(chunks[thread]!))),
        );
      });
      return found;
    };
    expect(await Promise.all([inThreads(), inThreads()])).toEqual([here, here]);
  });

  it("passes on what went wrong, and serves the next", async () => {
    const failure = pool.use(() => Promise.reject(new Error("a column is absent")));
    await expect(failure).rejects.toThrow("a column is absent");
    await pool.use(async ([predict]) => {
      expect(await predict!(chunks[0]!)).toHaveLength(300);
    });
  });

  it("is of no use without a built worker or on one core", async () => {
    expect(await pool.isOfUse()).toBe(true);
    expect(await new ScoringPool(task, { threads: 1 }).isOfUse()).toBe(false);
    const worker = new URL("file:///nowhere.js");
    expect(await new ScoringPool(task, { worker, threads: 2 }).isOfUse()).toBe(false);
  });
});
