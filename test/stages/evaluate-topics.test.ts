import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { evaluateTopics, type TopicsEvaluationRequest } from "../../src/stages/evaluate-topics.js";
import { csvFile, tellingTexts, temporaryFolder } from "./labelled-texts.js";

beforeAll(() => useBackend("wasm"));

async function evaluate(data: string, request: Partial<TopicsEvaluationRequest> = {}) {
  const notes: string[] = [];
  const evaluation = await evaluateTopics(
    { data, label: "delivery=1,billing=1", text: "text", folds: 2, ...request },
    (note) => notes.push(note),
  );
  return { evaluation, notes };
}

const valueOf = (measure: unknown): unknown => (measure as { value: number }).value;

describe("topics learned from labelled texts", () => {
  const delivery = tellingTexts(160, "consegna", { seed: "a" });
  const billing = tellingTexts(160, "fattura", { seed: "b", share: 0.4 });
  const rows = delivery.map((row, index) => [
    `${row.text} ${billing[index]!.text}`,
    row.label === "yes" ? 1 : 0,
    billing[index]!.label === "yes" ? 1 : 0,
    index % 2 === 0 ? "north" : "south",
  ]);
  const data = () => csvFile(["text", "delivery", "billing", "fold"], rows);

  it("are told apart by one model of all labels, judged label by label and together", async () => {
    const predictions = join(temporaryFolder(), "predictions.csv");
    const { evaluation } = await evaluate(data(), { foldColumn: "fold", predictions });
    expect(valueOf(evaluation["micro_f1"])).toBeGreaterThan(0.9);
    expect(valueOf(evaluation["macro_f1"])).toBeGreaterThan(0.9);
    expect(evaluation).toMatchObject({
      rows: 160,
      per_fold: [{ fold: "north" }, { fold: "south" }],
      labels: [{ label: "delivery" }, { label: "billing", per_fold: [{ fold: "north" }, { fold: "south" }] }],
    });
    expect(JSON.stringify(evaluation)).not.toContain("null");
    const lines = readFileSync(predictions, "utf8").trim().split("\n");
    expect(lines[0]).toBe("record,fold,topic,label,probability,predicted");
    expect(lines).toHaveLength(1 + 2 * 160);
    expect(lines[1]).toMatch(new RegExp(`^1,north,delivery,${rows[0]![1]},0\\.\\d+(e-\\d+)?,[01]$`));
  });

  it.each([
    ["delivery=1,delivery=0", "each column once, found delivery twice", "a column for each"],
    ["delivery=1,biling=1", "has no column biling", "'billing'"],
    ["delivery=1,billing=9", "no row has billing = 9", ""],
    ["delivery=1,billing", "expected COLUMN=POSITIVE", "billing=yes"],
  ])("are refused as %s", async (label, message, hint) => {
    await expect(evaluate(data(), { label })).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });
});

describe("topics found by a taxonomy", () => {
  const texts = [
    ["La consegna è in ritardo", 1, 0, 0],
    ["Mi avete addebitato due volte la fattura", 0, 1, 0],
    ["Il pacco non arriva e il conto sulla fattura è sbagliato", 1, 1, 0],
    ["Che bella giornata di sole oggi al mare", 0, 0, 1],
    ["", 0, 0, 0],
    ["👍", 0, 0, 0],
    ["La musica in negozio era molto alta", 0, 1, 0],
  ];
  const header = ["text", "delivery", "billing", "weather"];
  const taxonomy = "pipelines/policy/topics.yaml";

  it("need no training: hits and misses are counted", async () => {
    const predictions = join(temporaryFolder(), "predictions.csv");
    const { evaluation, notes } = await evaluate(csvFile(header, texts), { taxonomy, predictions });
    expect(notes).toEqual([]);
    const predicted = readFileSync(predictions, "utf8").trim().split("\n").slice(1);
    expect(predicted.filter((line) => line.endsWith(",1"))).toEqual([
      "1,all,delivery,1,1,1",
      "2,all,billing,1,1,1",
      "3,all,delivery,1,1,1",
      "3,all,billing,1,1,1",
    ]);
    expect(valueOf(evaluation["micro_f1"])).toBeCloseTo(8 / 9);
    expect(valueOf(evaluation["macro_f1"])).toBeCloseTo((1 + 4 / 5) / 2);
  });

  it("say which labels they have no topic for, and count those as missed", async () => {
    const { evaluation, notes } = await evaluate(csvFile(header, texts), {
      taxonomy,
      label: "delivery=1,weather=1",
    });
    expect(notes).toEqual([`note: no topic of ${taxonomy}, and so never found: weather`]);
    expect(evaluation["without_topic"]).toEqual(["weather"]);
    expect(valueOf(evaluation["micro_f1"])).toBeCloseTo(4 / 5);
  });

  it("may be the business's own, and follow the column that tells the language", async () => {
    const file = join(temporaryFolder(), "mine.yaml");
    writeFileSync(
      file,
      "- { topic: delivery, language: de, journey_stage: use, words: Lieferung }\n" +
        "- { topic: billing, language: de, journey_stage: use, words: Rechnung }\n",
    );
    const rows = [
      ["Lieferung", 1, 0, "de"],
      ["Lieferungen", 1, 0, "de"],
      ["Rechnung", 0, 1, "de"],
      ["Rechnung", 0, 0, "it"],
    ];
    const data = csvFile(["text", "delivery", "billing", "language"], rows);
    const { evaluation } = await evaluate(data, { taxonomy: file });
    expect(valueOf(evaluation["micro_f1"])).toBe(1);
  });

  it.each([
    ["a file that is not there", "none.yaml", "delivery=1", "expected a taxonomy in none.yaml", "--taxonomy"],
    ["labels that it has nothing of", taxonomy, "weather=1", "has no topic of the name", "delivery"],
  ])("say what is wrong with %s", async (_, file, label, message, hint) => {
    const request = { taxonomy: file, label };
    await expect(evaluate(csvFile(header, texts), request)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it("point at the line that is no entry", async () => {
    const file = join(temporaryFolder(), "mine.yaml");
    writeFileSync(file, "- topic: delivery\n  language: it\n  journey_stage: use\n  words: [a, b]\n");
    await expect(evaluate(csvFile(header, texts), { taxonomy: file })).rejects.toMatchObject({
      errors: [{ place: { file, line: 4 } }],
    });
  });
});

const hotels = "../shared/data/italian_hotel_sentences.csv";

describe.skipIf(!existsSync(hotels))(`${hotels} (skipped where that is absent)`, () => {
  it("is read by names of columns that topics can have", async () => {
    const file = join(temporaryFolder(), "hotel.yaml");
    const words = { staff: "staff, personale, gentile", wifi: "wifi, wi-fi, connessione, internet" };
    writeFileSync(
      file,
      Object.entries(words)
        .map(
          ([topic, list]) =>
            `- { topic: ${topic}_presence, language: it, journey_stage: use, words: "${list}" }\n`,
        )
        .join(""),
    );
    const { evaluation } = await evaluate(hotels, {
      text: "sentence",
      label: "staff_presence=1,wifi_presence=1",
      taxonomy: file,
      foldColumn: "fold",
    });
    expect(valueOf(evaluation["micro_f1"])).toBeGreaterThan(0.6);
  });
});
