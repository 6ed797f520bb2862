import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useBackend } from "../../src/ml/backend.js";
import { trainWordClassifier } from "../../src/ml/word-training.js";
import { cellText, records } from "../../src/result.js";
import { stemsOf } from "../../src/text/stems.js";
import { literal } from "../../src/warehouse/engine.js";
import { SqlFiles } from "./files.js";

let files: SqlFiles;
const parameters = { as_of: "2026-03-31" };

beforeAll(async () => {
  files = await SqlFiles.open();
  for (const name of ["topics", "negations", "signs", "watch_lists", "detail_words", "friction_events"])
    await files.policy(name);
  await files.make("text", "phrases");
});
afterAll(() => files.close());

beforeEach(async () => {
  await files.session.execute(`
    create or replace table feedback as
    select * from (values
      ('ticket', timestamp '2026-03-10 12:00', 'ticket', 'own', 'c1', null, null, null, null, null, 'Vorrei sapere che cosa succede'),
      ('later', timestamp '2026-03-20 12:00', 'ticket', 'own', 'c1', null, null, null, null, null, 'Vorrei sapere che cosa succede'),
      ('review', timestamp '2026-03-10 12:00', 'review', 'own', 'c1', null, 5.0, 5, null, null, 'Il rimborso non arriva'),
      ('taught', timestamp '2026-03-11 12:00', 'review', 'own', 'c2', null, null, null, null, null, 'La consegna mi piace. Il prezzo anche')
    ) as t(feedback_id, occurred_at, source, brand, customer_id, order_id, rating, rating_scale, csat, nps, text);
    alter table feedback add column language varchar default 'it';
    create or replace table transactions as
    select 'purchase' as kind, 'c1' as customer_id, 'o1' as order_id, date '2026-03-06' as promised_on,
      timestamp '2026-03-09 09:00' as delivered_at;
    create or replace table touchpoints as
    select 'c9' as customer_id, 'o9' as order_id, 'refund' as kind, 'problem' as outcome, timestamp '2026-03-01' as occurred_at;
    create or replace table cases as select 'none' as feedback_id, timestamp '2026-03-01' as opened_at limit 0;
    create or replace table topic_labels as
    select 'taught' as feedback_id, 'price' as topic, timestamp '2026-03-12' as labelled_at;
    create or replace table sentence_sentiment as
    select 'none' as feedback_id, 1 as sentence, 0.5 as positive_probability limit 0;
    create or replace table topic_probabilities as
    select 'none' as feedback_id, 1::bigint as sentence, 'x' as topic, 0.5 as probability limit 0;
    create or replace table topic_probabilities_model as
    select 'it' as language, 'x' as topic, 0::bigint as examples, true as is_learned limit 0`);
  for (const name of ["feedback_texts", "feedback_sentences", "sentence_phrases", "sentence_topics"])
    await files.make("text", name, name === "feedback_texts" ? parameters : {});
  await files.make("features", "told_topics", parameters);
});

const told = async () =>
  records(await files.session.query("select * from told_topics order by all")).map(
    ({ feedback_id, topic }) => `${cellText(feedback_id)} ${cellText(topic)}`,
  );

async function topicsOf(message: string) {
  await files.make("text", "feedback_topics", parameters);
  const rows = records(
    await files.session.query(
      `select topic, sentiment::double as sentiment from feedback_topics where feedback_id = '${message}' order by topic`,
    ),
  );
  return Object.fromEntries(rows.map(({ topic, sentiment }) => [cellText(topic), sentiment]));
}

describe("what a message is told to be about", () => {
  it("is the trouble that its author has met in the three days before, on the channels of the support", async () => {
    expect(await told()).toEqual(["taught price", "ticket delivery"]);
  });

  it("is not what people have said after the date of the run, and needs nobody to have said anything", async () => {
    await files.session.execute("update topic_labels set labelled_at = timestamp '2026-04-02'");
    await files.make("features", "told_topics", parameters);
    expect(await told()).toEqual(["ticket delivery"]);
    await files.session.execute(
      "delete from topic_labels; delete from touchpoints; delete from transactions",
    );
    await files.make("features", "told_topics", parameters);
    expect(await told()).toEqual([]);
  });
});

describe("what a message speaks of", () => {
  it("is the trouble on record where its words name nothing, and bad", async () => {
    expect(await topicsOf("ticket")).toEqual({ delivery: -1 });
    expect(await topicsOf("later")).toEqual({});
  });

  it("is what people have labelled, and nothing else", async () => {
    expect(Object.keys(await topicsOf("taught"))).toEqual(["price"]);
  });

  it("is what the taxonomy says where the model knows nothing, with the sentiment of its phrases", async () => {
    const { refund } = await topicsOf("review");
    expect(refund).toBeLessThan(0);
  });

  it("is the likelier of two topics of a sentence, and what the model is sure of though no phrase names it", async () => {
    await files.session.execute(`
      create or replace table topic_probabilities as
      select * from (values ('review', 1::bigint, 'refund', 0.15), ('review', 1, 'billing', 0.9), ('later', 1, 'support', 0.3))
        as t(feedback_id, sentence, topic, probability);
      create or replace table topic_probabilities_model as
      select 'it' as language, unnest(['refund', 'billing', 'support']) as topic, 50::bigint as examples, true as is_learned`);
    expect(Object.keys(await topicsOf("review"))).toEqual(["billing"]);
    expect(await topicsOf("later")).toEqual({});
  });
});

describe("examples for the model of topics", () => {
  it("are the phrases, the sentences of one topic, and the sentences of messages whose topic is told", async () => {
    await files.make("text", "topic_examples");
    const topicsOfText = async (text: string) =>
      records(
        await files.session.query(
          `select distinct topics from topic_examples where stems = stems_of(${literal(text)}, 'it') order by topics`,
        ),
      ).map(({ topics }) => topics);
    expect(await topicsOfText("Vorrei sapere che cosa succede")).toEqual(["delivery"]);
    expect(await topicsOfText("La consegna mi piace")).toEqual([""]);
    expect(await topicsOfText("Il prezzo anche")).toEqual(["price"]);
    expect(await topicsOfText("Il rimborso non arriva")).toContain("refund");
  });

  it("teach what people have labelled in words that no taxonomy has, though the taxonomy says otherwise elsewhere", async () => {
    await files.session.execute(`
      insert into feedback (feedback_id, occurred_at, source, brand, text, language)
      select 'labelled' || n, timestamp '2026-03-11 12:00', 'review', 'own', 'Qui ci si svena, numero ' || n, 'it' from range(12) as t(n);
      insert into topic_labels select 'labelled' || n, 'price', timestamp '2026-03-12' from range(12) as t(n)`);
    for (const name of ["feedback_texts", "feedback_sentences", "sentence_phrases", "sentence_topics"])
      await files.make("text", name, name === "feedback_texts" ? parameters : {});
    await files.make("features", "told_topics", parameters);
    await files.make("text", "topic_examples");
    await useBackend();
    const rows = records(
      await files.session.query("select stems, topics from topic_examples where language = 'it'"),
    );
    const classifier = trainWordClassifier(
      {
        texts: rows.map(({ stems }) => cellText(stems)),
        labels: rows.map(({ topics }) =>
          cellText(topics)
            .split(", ")
            .filter((topic) => topic !== ""),
        ),
      },
      1,
    )!;
    const probabilities = classifier.classify(stemsOf("Da voi ci si svena", "it"));
    const [likeliest] = classifier.labels.toSorted(
      (a, b) => probabilities[classifier.labels.indexOf(b)]! - probabilities[classifier.labels.indexOf(a)]!,
    );
    expect(likeliest).toBe("price");
    expect(probabilities[classifier.labels.indexOf("price")]).toBeGreaterThan(0.6);
  });
});
