import { afterAll, beforeAll, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";

let files: SqlFiles;
const parameters = { as_of: "2026-03-31", active_days: 180 };

/** Messages of which each speaks in another part, by what is planted beside it. */
const planted = `
  ('employee', 'employee', 'own', null, false, null, false, false, false, null, false, 0, null, null, 80, 'employee'),
  ('buyer', 'ticket', 'own', 'c1', false, null, false, false, false, null, true, 1, null, 0.0, 90, 'customer'),
  ('leaver', 'review', 'own', 'c1', false, null, true, false, false, null, true, 1, null, 0.0, 90, 'ex_customer'),
  ('lapsed', 'review', 'own', 'c2', false, null, false, false, false, null, true, 1, null, 0.0, 90, 'ex_customer'),
  ('surveyed', 'survey', 'own', null, false, null, false, false, false, null, false, 0, null, 0.0, 90, 'customer'),
  ('abuser', 'social', 'own', null, false, null, false, true, false, null, false, 0, null, 0.0, 40, 'troll'),
  ('abuser again', 'social', 'own', null, false, null, false, false, false, null, false, 0, 0.6, 0.0, 40, 'troll'),
  ('poacher', 'social', 'own', null, false, null, false, false, false, 'Rival', true, 1, 0.0, 1.4, 60, 'competitor'),
  ('attacker', 'review', 'own', null, false, 1.0, false, false, false, null, false, 1, null, 0.0, 20, 'competitor'),
  ('praiser', 'review', 'own', null, false, 5.0, false, false, false, null, false, 1, null, 0.0, 20, 'prospect'),
  ('of another', 'review', 'Rival', null, false, 4.0, false, false, false, 'Rival', true, 1, null, 0.0, 90, 'prospect'),
  ('asker', 'social', 'own', null, false, null, false, false, true, null, false, 1, null, 0.0, 90, 'prospect'),
  ('verified', 'review', 'own', null, true, 5.0, false, false, false, null, false, 0, null, 0.0, 90, 'customer'),
  ('teller', 'social', 'own', null, false, null, false, false, false, null, true, 1, null, 0.0, 90, 'customer'),
  ('farewell', 'social', 'own', null, false, null, true, false, false, 'Rival', true, 1, null, 0.7, 90, 'ex_customer'),
  ('nobody', 'social', 'own', null, false, null, false, false, false, null, false, 0, null, 0.0, 90, 'prospect')`;

beforeAll(async () => {
  files = await SqlFiles.open();
  await files.session.execute(`
    create table planted as
    select * from (values ${planted}) as t(feedback_id, source, brand, customer_id, is_verified, rating, speaks_of_leaving,
      is_abusive, asks, competitor, is_specific, topics, author_abuse, author_promotions, credibility_percent, speaker);
    create table feedback as
    select *, null::varchar as order_id, timestamp '2026-03-01' as occurred_at, 5 as rating_scale from planted;
    create table transactions as
    select customer_id, 'purchase' as kind, occurred_at
    from (values ('c1', timestamp '2026-02-20'), ('c2', timestamp '2025-01-20')) as t(customer_id, occurred_at);
    create table sentence_sentiment as select feedback_id, 1 as sentence, 0.6 as positive_probability from planted;
    create table feedback_signs as select feedback_id, speaks_of_leaving, is_abusive, asks, competitor from planted;
    create table feedback_details as select feedback_id, is_specific from planted;
    create table feedback_signals as
    select feedback_id, author_abuse, author_promotions, case when author_abuse is null then 0 else 1.4 end as log_author_messages from planted;
    create table feedback_credibility as select feedback_id, credibility_percent from planted;
    create table sentence_topics as select feedback_id, 'delivery' as topic from planted where topics > 0`);
  await files.make("marts", "feedback_speakers", parameters);
});
afterAll(() => files.close());

it("tells who speaks from identity, purchases, signs and behaviour", async () => {
  const rows = records(
    await files.session.query(
      "select feedback_id, feedback_speakers.speaker, planted.speaker as truth from feedback_speakers join planted using (feedback_id) order by all",
    ),
  );
  expect(rows).toHaveLength(16);
  const said = (column: "speaker" | "truth") =>
    Object.fromEntries(rows.map((row) => [cellText(row["feedback_id"]), row[column]]));
  expect(said("speaker")).toEqual(said("truth"));
});

it("gives the reason in words of both languages, one for each rule", async () => {
  const [row] = records(
    await files.session.query(
      `select count(*) filter (reason_en = '' or reason_it = '') as wordless, count(distinct reason) as rules,
        count(distinct reason_en) as english, count(distinct reason_it) as italian from feedback_speakers`,
    ),
  );
  expect(row).toEqual({ wordless: 0, rules: 15, english: 15, italian: 15 });
});
