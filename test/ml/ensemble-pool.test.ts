import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { trainEnsembles } from "../../src/ml/ensemble-pool.js";
import { networkSpec } from "../../src/ml/spec.js";
import { prepareTraining } from "../../src/ml/tabular.js";
import { plantedWorld } from "./planted-world.js";
import { buildWorker, type BuiltWorker } from "./worker.js";

const { frame, labels } = plantedWorld(400, "pool");
const spec = networkSpec.parse({ groups: 3, width: 8, epochs: 6 });
const task = (seed: number) => prepareTraining(frame, labels, { spec, seed }).task;
let built: BuiltWorker;
let worker: URL;

beforeAll(async () => {
  await useBackend("wasm");
  built = await buildWorker("src/ml/ensemble.worker.ts");
  worker = built.url;
});

afterAll(() => built.remove());

describe("trainEnsembles", () => {
  it("gives the same ensembles from one thread and from two, side by side or in lockstep", async () => {
    const tasks = [task(1), task(2)];
    const here = await trainEnsembles(tasks, undefined, { worker, threads: 1 });
    expect(here.map((groups) => groups.map(({ group }) => group))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const shares: number[] = [];
    const sideBySide = await trainEnsembles(tasks, (share) => shares.push(share), { worker, threads: 2 });
    expect(sideBySide).toEqual(here);
    expect(shares.at(-1)).toBe(1);
    const [inLockstep] = await trainEnsembles([task(1)], undefined, { worker, threads: 2 });
    expect(inLockstep).toEqual(here[0]);
  });

  it("passes on what went wrong in a thread", async () => {
    const { inputs, ...rest } = task(1);
    const broken = { ...rest, inputs: { ...inputs, data: inputs.data.map(() => NaN) } };
    await expect(trainEnsembles([broken], undefined, { worker, threads: 2 })).rejects.toThrow(/diverged/);
  });
});
