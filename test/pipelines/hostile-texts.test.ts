import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { predictText } from "../../src/ml/text-prediction.js";
import { trainTextModel } from "../../src/ml/text-training.js";
import { readModel } from "../../src/stages/evaluate.js";
import { textsOf } from "../../src/stages/model-data.js";
import { cellText, records } from "../../src/result.js";
import { plantedReviews } from "../ml/planted-texts.js";
import { SqlFiles } from "./files.js";
import { loadPolicies, readMessages, type Message } from "./messages.js";

/** Text that nobody foresaw, and what the credibility model says of it: why it cannot judge, or null where it may judge. */
const hostile: [id: string, text: string, withheld: string | null][] = [
  ["empty", "", "empty_text"],
  ["blank", " \u200b\n\t ", "empty_text"],
  ["one emoji", "👍", "too_short"],
  ["100,000 characters", "we stayed in the room ".repeat(4600), null],
  ["one word of 100,000 letters", "ö".repeat(100_000), "too_short"],
  ["right-to-left text", "مرحبا بالعالم التسليم متأخر جدا", "unlike_training"],
  ["mixed scripts", "доставка 配送 التسليم परिवहन", "unlike_training"],
  ["zero-width characters", "we sta\u200byed in the ro\u2060om with fam\ufeffily", null],
  ["markup", "<script>alert('x')</script><b>we stayed</b> in the <i>room</i>", null],
  ["base64", `${"iVBORw0KGgo".repeat(500)}==`, "empty_text"],
  ["a language never seen", "lähetys saapui myöhässä eikä kukaan vastannut puhelimeen", "unlike_training"],
  ["control characters", "we\u0001 stayed in\u0007 the room", null],
  ["quotes of SQL", "'; drop table feedback; -- \" $$ \\", "unlike_training"],
];

const reviews = plantedReviews(200, "hostile texts");
const asOf = { as_of: "2026-03-31" };
let files: SqlFiles;

beforeAll(async () => {
  await useBackend("wasm");
  files = await SqlFiles.open();
  await loadPolicies(files);
  await files.policy("credibility_rules");
  const copies = Array.from({ length: 1000 }, (_, nth): Message => ({
    id: `copy ${nth}`,
    text: "we stayed in the great room and had breakfast",
    language: null,
  }));
  await readMessages(
    files,
    [
      ...reviews.texts.map((text, row): Message => ({ id: `review ${row}`, text, language: null })),
      ...hostile.map(([id, text]): Message => ({ id, text, language: null })),
      { id: "null", text: null },
      ...copies,
    ],
    asOf.as_of,
  );
  await files.session.execute(`create table transactions as
    select null::varchar as customer_id, null::varchar as order_id, null::varchar as product_id, null::varchar as kind,
      null::timestamp as occurred_at where false`);
  for (const name of [
    "sentence_topics",
    "naming_words",
    "feedback_details",
    "feedback_signs",
    "feedback_copies",
  ]) {
    await files.make("text", name);
  }
  await files.make("text", "fired_rules", asOf);
  await files.make("features", "feedback_signals", asOf);
  await files.make("marts", "watch_list_days", asOf);
});
afterAll(() => files.close());

/** What the model of credibility reads of each message, by its own spec. */
async function signals() {
  const { data: spec } = readModel("models/credibility.yaml");
  if (spec.kind !== "text") throw new Error("credibility is a model of text");
  const columns = await files.session.columns("select * from feedback_signals order by feedback_id");
  const ids = columns.find(({ name }) => name === "feedback_id")?.values ?? [];
  return { spec, ids: Array.from(ids, String), ...textsOf(columns, spec) };
}

describe("text that nobody foresaw", () => {
  it("loses no message, and has no number that is none", async () => {
    const { ids, dense } = await signals();
    expect(new Set(ids).size).toBe(reviews.texts.length + hostile.length + 1 + 1000);
    expect(dense?.values.some((value) => Math.abs(value) === Infinity)).toBe(false);
    const { rows } = await files.session.query("select max(length(text)) <= 5000 from feedback_texts");
    expect(rows).toEqual([[true]]);
  });

  it("knows a thousand times the same text for copies of each other", async () => {
    const { rows } = await files.session.query(
      "select distinct copies from feedback_copies where feedback_id like 'copy %'",
    );
    expect(rows).toEqual([[999]]);
  });

  it("is judged, or said not to be, without a number that is none", async () => {
    const { spec, ids, texts, dense } = await signals();
    const rows = reviews.texts.map((_, row) => ids.indexOf(`review ${row}`));
    const width = dense?.names.length ?? 0;
    const training = {
      texts: rows.map((row) => texts[row] ?? null),
      dense: {
        names: dense?.names ?? [],
        values: Float32Array.from(
          rows.flatMap((row) => [...(dense?.values ?? []).slice(row * width, (row + 1) * width)]),
        ),
      },
    };
    const options = { seed: spec.seed, minimumWords: spec.minimum_words };
    const model = trainTextModel({ ...training, labels: reviews.labels }, options);
    const { withheld, probabilities } = predictText(model, texts, dense);
    const said = Object.fromEntries(hostile.map(([id]) => [id, withheld[ids.indexOf(id)]]));
    expect(said).toEqual(Object.fromEntries(hostile.map(([id, , why]) => [id, why])));
    expect(withheld[ids.indexOf("null")]).toBe("empty_text");
    probabilities[0]!.forEach((p, row) => {
      expect(withheld[row] === null ? p > 0 && p < 1 : Number.isNaN(p), ids[row]).toBe(true);
    });
    const ofCopies = ids.flatMap((id, row) => (id.startsWith("copy ") ? [probabilities[0]![row]] : []));
    expect(new Set(ofCopies).size).toBe(1);

    const oneValue = [{ name: "is_fake", values: new Uint8Array(rows.length) }];
    expect(() => trainTextModel({ ...training, labels: oneValue }, options)).toThrow(
      "0 of 200 texts are labelled is_fake",
    );
  });

  it("has a language, topics and signs only where it has words that tell them", async () => {
    const odd = hostile.map(([id]) => `'${id}'`).join(", ");
    const rows = records(
      await files.session.query(
        `select distinct feedback_id from sentence_phrases where feedback_id in (${odd}) and list <> 'detail' order by all`,
      ),
    );
    expect(rows.map(({ feedback_id }) => cellText(feedback_id))).toEqual([]);
  });
});
