import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { evaluateModel } from "../../src/stages/evaluate.js";
import { tuneModel, type Tuning, type TuningRequest } from "../../src/stages/tune.js";
import { plantedWorld } from "../ml/planted-world.js";

const spec = `kind: tabular
name: tiny
key: [customer_id, as_of]
time: as_of
features: { table: features }
label: { table: labels, column: has_left, known_on: known_on }
words: { rows: customers, positive: left, model: tiny model }
output: probability
network: { groups: 2, width: 8, epochs: 1 } # far too small
`;
let folder: string;
let request: TuningRequest;
let first: Tuning;
const lines: string[] = [];
const tune = (changes: Partial<TuningRequest> = {}) =>
  tuneModel({ ...request, ...changes }, (line) => lines.push(line));

beforeAll(async () => {
  await useBackend("wasm");
  folder = await mkdtemp(join(tmpdir(), "tune-"));
  const { frame, labels } = plantedWorld(400, "tune");
  const [months, noise, plan] = frame.columns;
  const rows = Array.from(
    labels,
    (label, row) =>
      `${months!.values[row]},${noise!.values[row]},${plan!.values[row] ?? ""},${label},${row % 2}`,
  );
  await writeFile(join(folder, "table.csv"), `months,noise,plan,left,fold\n${rows.join("\n")}\n`);
  await writeFile(join(folder, "tiny.yaml"), spec);
  request = {
    model: join(folder, "tiny.yaml"),
    trials: 3,
    data: join(folder, "table.csv"),
    label: "left=1",
    drop: ["noise"],
    foldColumn: "fold",
    folds: 5,
    store: join(folder, "store"),
    registry: join(folder, "registry"),
  };
  first = await tune();
}, 120_000);

afterAll(() => rm(folder, { recursive: true }));

describe("tuneModel", () => {
  it("finds a network that is no worse than the one there is, and leaves the model file alone", async () => {
    expect(first.best.log_loss).toBeLessThanOrEqual(first.current.log_loss);
    expect(first.current.network).toMatchObject({ groups: 2, width: 8, epochs: 1 });
    expect(first.diff).toContain("-network: { groups: 2, width: 8, epochs: 1 } # far too small");
    expect(await readFile(request.model, "utf8")).toBe(spec);
  });

  it("goes on where it stopped, though a line was cut off", async () => {
    const kept = await readFile(first.log, "utf8");
    expect(kept.trimEnd().split("\n")).toHaveLength(6);
    await appendFile(first.log, '{"trial":3,"fold":0,"log_lo');
    expect(await tune()).toEqual(first);
    expect(await readFile(first.log, "utf8")).toBe(kept);
    const more = await tune({ trials: 4 });
    expect(more.trials).toBe(4);
    expect((await readFile(first.log, "utf8")).startsWith(kept)).toBe(true);
  });

  it("begins another search for another seed or other rows", async () => {
    expect((await tune({ seed: "2", trials: 1 })).log).not.toBe(first.log);
    expect((await tune({ drop: [], trials: 1 })).log).not.toBe(first.log);
  });

  it("refuses a log that someone has written into", async () => {
    const { log } = await tune({ seed: "3", trials: 1 });
    await appendFile(log, "mine\n");
    await expect(tune({ seed: "3", trials: 1 })).rejects.toThrow("expected a measured fold");
  });

  it("writes the best network when asked to", async () => {
    const { diff } = await tune({ write: true });
    const [, added] = /^\+(network.*)$/m.exec(diff)!;
    expect(await readFile(request.model, "utf8")).toBe(
      spec.replace("network: { groups: 2, width: 8, epochs: 1 } # far too small", added!),
    );
    await writeFile(request.model, spec);
  });

  it("says what is missing: a label, or published training data", async () => {
    await expect(tune({ label: undefined })).rejects.toThrow("--data needs --label");
    await expect(tune({ data: undefined })).rejects.toThrow("are not published there");
  });
});

describe("evaluateModel", () => {
  it("measures every fold, all together, and deciles, and writes each row's prediction", async () => {
    const predictions = join(folder, "predictions.csv");
    const evaluation = await evaluateModel(
      { ...request, data: request.data!, label: "left=1", predictions },
      () => {},
    );
    expect(Object.keys(evaluation)).toEqual([
      "rows",
      "positives",
      "backend",
      "auc",
      "average_precision",
      "brier",
      "log_loss",
      "ece",
      "ece_floor",
      "fit_seconds",
      "score_rows_per_second",
      "intervals",
      "per_fold",
      "deciles",
    ]);
    expect(evaluation["per_fold"]).toMatchObject([
      { fold: "0", rows: 200 },
      { fold: "1", rows: 200 },
    ]);
    const written = (await readFile(predictions, "utf8")).trimEnd().split("\n");
    expect(written).toHaveLength(401);
    expect(written.slice(0, 2).map((line) => line.split(",").slice(0, 2))).toEqual([
      ["record", "fold"],
      ["1", "0"],
    ]);
  });

  it("refuses a table with too few of either class, in the table's words", async () => {
    const data = join(folder, "twelve.csv");
    await writeFile(data, `x,left\n${Array.from({ length: 12 }, (_, i) => `${i},${i % 2}`).join("\n")}`);
    const dealt = { ...request, foldColumn: undefined };
    await expect(evaluateModel({ ...dealt, data, label: "left=1", drop: [] }, () => {})).rejects.toThrow(
      "6 of 12 rows have left = 1: no tiny model",
    );
  });
});
