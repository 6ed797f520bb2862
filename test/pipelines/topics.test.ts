import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellText, records, type Cell } from "../../src/result.js";
import { literal } from "../../src/warehouse/engine.js";
import { SqlFiles } from "./files.js";

let files: SqlFiles;

beforeAll(async () => {
  files = await SqlFiles.open();
  for (const name of ["topics", "negations", "signs", "watch_lists", "detail_words"])
    await files.policy(name);
  await files.make("text", "phrases");
});
afterAll(() => files.close());

async function read(text: string, language: string | null = null) {
  await files.session.execute(`create or replace table feedback as
    select 'f' as feedback_id, timestamp '2026-01-02' as occurred_at, ${literal(text)} as text,
      ${language === null ? "null::varchar" : literal(language)} as language`);
  await files.make("text", "feedback_texts", { as_of: "2026-01-02" });
  await files.make("text", "feedback_sentences");
  await files.make("text", "sentence_phrases");
  await files.make("text", "sentence_topics");
}

/** Topic -> what its phrases say of it, over the sentences of a message. */
async function topicsOf(text: string, language: string | null = null) {
  await read(text, language);
  const rows = records(await files.session.query("select * from sentence_topics order by sentence, topic"));
  return Object.fromEntries<Cell | undefined>(rows.map(({ topic, said }) => [cellText(topic), said]));
}

describe("the topics of a message", () => {
  it.each([
    ["La consegna è arrivata con tre giorni di ritardo", { delivery: -1 }],
    ["Le consegne sono sempre in ritardo", { delivery: -1 }],
    ["LE CONSEGNE SEMPRE IN RITARDO", { delivery: -1 }],
    ["le consegne non sono mai in ritardo", { delivery: 1 }],
    ["Il pacco non è davvero mai arrivato", { delivery: -1 }],
    ["Niente coda alla cassa", { queue: 1 }],
    ["I was charged twice on the invoice", { billing: -1 }],
    ["The app crashes all the time", { app: -1 }],
    ["Prices are not expensive at all", { price: 1 }],
    ["Il personale è gentile, ma i prezzi sono troppo alti", { staff: 1, price: null }],
    [
      "Great delivery. The refund never came, though the staff were friendly",
      { delivery: 1, refund: -1, staff: 1 },
    ],
    ["Una bella giornata", {}],
  ])("%s", async (text, topics) => {
    expect(await topicsOf(text)).toEqual(topics);
  });

  it("are not sought in a greeting or a closing formula", async () => {
    expect(
      await topicsOf("Gentile assistenza, l'app si blocca. Resto in attesa di una risposta", "it"),
    ).toEqual({ app: -1 });
  });

  it("follow the language that the channel tells, else that of the text", async () => {
    expect(await topicsOf("refund", "en")).toHaveProperty("refund");
    expect(await topicsOf("refund", "it")).toEqual({});
    expect(await topicsOf("Mi dispiace molto ma il rimborso non è ancora stato fatto")).toHaveProperty(
      "refund",
    );
  });

  it("are none in a language that the taxonomy does not have", async () => {
    expect(await topicsOf("Доставка опоздала на три дня, очень плохо")).toEqual({});
  });

  it("count a longer phrase, not the shorter one within it", async () => {
    await read("Doppio addebito", "it");
    const rows = records(await files.session.query("select topic, phrases from sentence_topics"));
    expect(rows).toEqual([{ topic: "billing", phrases: "doppio addebito" }]);
  });
});

describe("a word with partners", () => {
  it.each([
    ["it", "Il negozio di Bari era davvero molto sporco", { store: -1 }],
    ["it", "Sporco da non credere, il vostro negozio", { store: -1 }],
    ["en", "The lady in the shop was so patient with me", { staff: 1 }],
    ["it", "Il negozio non è sporco", { store: 1 }],
  ])("counts near one of them, in any order (%s): %s", async (language, text, topics) => {
    expect(await topicsOf(text, language)).toMatchObject(topics);
  });

  it("does not count alone, nor far from them", async () => {
    expect(await topicsOf("The lady told us that it would rain", "en")).toEqual({});
    expect(
      await topicsOf("The lady told us that it would rain again on the day of the ignored feast", "en"),
    ).toEqual({});
  });
});

describe("a weak phrase", () => {
  it("counts only in a message that names nothing else", async () => {
    expect(await topicsOf("In negozio. Grazie", "it")).toHaveProperty("store");
    expect(await topicsOf("La fattura era sbagliata. In negozio. Grazie", "it")).toEqual({ billing: -1 });
  });
});

describe("a negation", () => {
  it.each([
    ["it", "non ho mai avuto un ritardo nella consegna", { delivery: 1 }],
    ["it", "nessuna consegna è mai in ritardo", { delivery: 1 }],
    ["it", "no, sempre in ritardo", { delivery: -1 }],
    ["it", "non solo costoso", { price: -1 }],
    ["en", "no doubt overpriced", { price: -1 }],
    ["en", "not overpriced", { price: 1 }],
  ])("reaches what it denies, once, and no further (%s): %s", async (language, text, topics) => {
    expect(await topicsOf(text, language)).toMatchObject(topics);
  });
});

describe("text without end or sense", () => {
  it.each([
    ["nothing", ""],
    ["one emoji", "👍"],
    ["100,000 characters", "consegna in ritardo ".repeat(5000)],
    ["one word of 100,000 letters", "a".repeat(100_000)],
    ["right-to-left text", "التسليم متأخر جدا"],
    ["mixed scripts", "la consegna доставка 配送 late"],
    ["zero-width characters", "la con​seg‌na è in ri⁠tardo"],
    ["markup", "<script>alert('x')</script><b>la consegna</b>"],
    ["base64", `data:image/png;base64,${"iVBORw0KGgo".repeat(500)}==`],
    ["control characters", "la\u0001 consegna\u0007"],
    ["quotes of SQL", "'; drop table feedback; --"],
  ])("is read without a failure: %s", async (_, text) => {
    await read(text.replaceAll("\u0000", ""));
    const { rows } = await files.session.query(
      "select coalesce(max(length(text)), 0), count(*) from feedback_texts",
    );
    expect(Number(rows[0]?.[0])).toBeLessThanOrEqual(5000);
  });

  it("is understood in spite of zero-width characters and markup", async () => {
    expect(await topicsOf("la con\u200bseg\u200bna è in <b>ritardo</b>", "it")).toEqual({ delivery: -1 });
  });
});
