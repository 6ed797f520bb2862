import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { evaluateModel, type EvaluationRequest } from "../../src/stages/evaluate.js";
import { csvFile, tellingTexts, temporaryFolder } from "./labelled-texts.js";

beforeAll(() => useBackend("wasm"));

const measures = ["accuracy", "auc", "f1", "brier", "ece"];

function evaluate(data: string, request: Partial<EvaluationRequest> = {}) {
  return evaluateModel(
    { model: "credibility", data, label: "label=yes", text: "text", drop: [], folds: 2, ...request },
    () => {},
  );
}

function table(rows: readonly { text: string; label: string }[]): string {
  return csvFile(
    ["text", "label"],
    rows.map(({ text, label }) => [text, label]),
  );
}

describe("evaluating a text model on any labelled table", () => {
  it("tells what the texts tell, with intervals, folds and the predictions of each row", async () => {
    const rows = tellingTexts(160, "pessimo");
    const predictions = join(temporaryFolder(), "predictions.csv");
    const evaluation = await evaluate(table(rows), { predictions });
    expect(evaluation).toMatchObject({
      rows: 160,
      positives: rows.filter(({ label }) => label === "yes").length,
      per_fold: [
        { fold: "0", rows: 80 },
        { fold: "1", rows: 80 },
      ],
      ece_floor: { mean: expect.any(Number) as number, p95: expect.any(Number) as number },
      seconds: expect.any(Number) as number,
    });
    const { auc, mean } = evaluation as { auc: { value: number }; mean: Record<string, number> };
    expect(auc.value).toBeGreaterThan(0.95);
    expect(Object.keys(mean)).toEqual(measures);
    for (const name of measures) {
      const { low, value, high } = evaluation[name] as Record<"low" | "value" | "high", number>;
      expect([low <= high, value >= 0, value <= 1]).toEqual([true, true, true]);
    }
    const [header, ...lines] = readFileSync(predictions, "utf8").trim().split("\n");
    expect(header).toBe("record,fold,label,probability");
    expect(lines.map((line) => Number(line.split(",")[2]))).toEqual(
      rows.map(({ label }) => (label === "yes" ? 1 : 0)),
    );
    expect(lines.every((line) => /^\d+,[01],[01],0\.\d+(e-\d+)?$/.test(line))).toBe(true);
  });

  it("survives texts without end or sense, and prints only numbers", async () => {
    const hostile = [
      "",
      "👍",
      "a".repeat(100_000),
      "parola ".repeat(14_000),
      "التسليم متأخر جدا",
      "la consegna доставка 配送 late",
      "la con\u200bseg\u200bna",
      "<script>alert('x')</script><b>no</b>",
      `data:image/png;base64,${"iVBORw0KGgo".repeat(200)}==`,
      "\u0001\u0007",
      "\ud83d",
    ];
    const rows = tellingTexts(160, "pessimo").map((row, index) => ({
      ...row,
      text: index % 8 === 0 ? hostile[(index / 8) % hostile.length]! : row.text,
    }));
    const evaluation = await evaluate(table(rows));
    expect(JSON.stringify(evaluation)).not.toContain("null");
    expect(evaluation["withheld"]).toBeGreaterThan(0);
  });

  it("finds nothing in one text said over and over", async () => {
    const rows = tellingTexts(160, "pessimo").map(({ label }) => ({ text: "sempre la stessa cosa", label }));
    const { auc } = (await evaluate(table(rows))) as { auc: { low: number; high: number } };
    expect(auc.low).toBeLessThanOrEqual(0.55);
    expect(auc.high).toBeGreaterThanOrEqual(0.4);
  });

  const few = tellingTexts(40, "pessimo");
  const yes = few.map(({ text }) => ({ text, label: "yes" }));
  it.each<[string, { text: string; label: string }[], Partial<EvaluationRequest>, string, string]>([
    ["no column of texts named", few, { text: undefined }, "expected --text COLUMN", "text, label"],
    ["a column that is not there", few, { text: "txt" }, "has no column txt", "'text'"],
    ["the label for a text", few, { text: "label" }, "another column than the label's", "itself"],
    ["a label column that is not there", few, { label: "lable=yes" }, "has no column lable", "'label'"],
    ["a value that does not occur", few, { label: "label=yess" }, "no row has label = yess", "'yes'"],
    ["a label of one value", yes, {}, "all but 0 of 40 rows have label = yes", "At least 30"],
    ["too few of a label", few, {}, "40 rows have label = yes: no credibility model", "At least 30"],
    ["fewer rows than folds", few.slice(0, 3), { folds: 5 }, "each of 5 folds at least, found 3", "--folds"],
    ["no rows", [], {}, "expected rows, found none", ""],
    [
      "texts with nothing in common",
      tellingTexts(160, "x").map(({ label }, row) => ({
        text: String.fromCodePoint(0x4e00 + row),
        label,
      })),
      {},
      "words in common",
      "",
    ],
    ["no word at all", tellingTexts(160, "x").map(({ label }) => ({ text: "", label })), {}, "in common", ""],
  ])("says what is wrong with %s", async (_, rows, request, message, hint) => {
    await expect(evaluate(table(rows), request)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(message) as string,
      ...(hint === "" ? {} : { hint: expect.stringContaining(hint) as string }),
    });
  });

  it("names the fold without which too little of a label is left", async () => {
    const rows = tellingTexts(100, "pessimo").map((row) => [
      row.text,
      row.label,
      row.label === "yes" ? 1 : 2,
    ]);
    await expect(
      evaluate(csvFile(["text", "label", "fold"], rows), { foldColumn: "fold" }),
    ).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/0 of \d+ rows outside fold 1 have label = yes/) as string,
    });
  });
});
