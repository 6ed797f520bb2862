import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { runPipeline } from "../../src/pipeline/run.js";
import { generateSample, proofOf, scoreAgainstTruth, type Score } from "../../src/sample/index.js";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { Store } from "../../src/warehouse/store.js";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What `npm run proof` does with one world, small. */
async function prove(seed: number): Promise<Score> {
  const folder = await mkdtemp(join(tmpdir(), "ancora-proof-test-"));
  folders.push(folder);
  const out = join(folder, "world");
  await generateSample({ customers: 3000, months: 24, seed, out, format: "parquet" });
  const opened = await openPipeline("pipelines/proof.yaml", { parameters: [`data=${out}`] });
  await runPipeline({ ...opened, spec: { ...opened.spec, store: join(folder, "store") } });
  const store = new Store(join(folder, "store"));
  const publication = await currentPublication(store);
  if (!publication) throw new Error("nothing is published");
  const engine = await openPublication(store, publication, { otherFolder: join(out, "truth") });
  const session = await engine.connect();
  try {
    return await scoreAgainstTruth(session, join(out, "truth"));
  } finally {
    session.close();
    engine.close();
  }
}

it("finds the planted effects of frictions, where a naive comparison does not, and praises nothing useless", async () => {
  const proof = proofOf([{ seed: 3, seconds: 0, score: await prove(3) }]);
  expect(proof.frictions).toMatchObject({ of: 6 });
  if ("unpublished" in proof.frictions || "unpublished" in proof.actions) throw new Error("not published");
  expect(proof.frictions.covered).toBeGreaterThanOrEqual(5);
  expect(proof.frictions.dearest_found).toBe(1);
  expect(proof.frictions.naive_mean_absolute_error).toBeGreaterThan(
    3 * (proof.frictions.mean_absolute_error ?? 1),
  );
  expect(proof.actions.useless_called_useful).toBe(0);
});
