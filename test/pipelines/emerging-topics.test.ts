import { afterAll, beforeAll, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";

let files: SqlFiles;

beforeAll(async () => {
  files = await SqlFiles.open();
  for (const name of ["topics", "negations", "signs", "watch_lists", "detail_words"])
    await files.policy(name);
  await files.make("text", "phrases");
});
afterAll(() => files.close());

/** Twenty messages a day for 120 days, of ten of 300 words each; from day 90 on some hold the words of a new topic. */
async function emerging(newOnes: string, aDay: number) {
  await files.session.execute(`
    create or replace table feedback_texts as
    select
      'f' || day || '-' || n as feedback_id,
      timestamp '2026-01-01' + to_days(day::integer) + to_hours(n::integer) as occurred_at,
      'it' as language,
      array_to_string(list_transform(range(10), lambda k: 'parola' || chr(97 + (hash(day, n, k) % 17)::integer) || chr(97 + (hash(n, k, day) % 17)::integer)), ' ')
        || case when day >= 90 and n < ${aDay} then ' ${newOnes}' else '' end as text
    from range(120) as d (day), range(20) as m (n);
    create or replace table feedback as select feedback_id, 'own' as brand from feedback_texts;
    create or replace table naming_words as select 'it' as language, 'niente' as stem limit 0;
    create or replace table feedback_sentences as
    select *, 1 as sentence, stems_of(text, language) as stems from feedback_texts`);
  await files.make("text", "emerging_topics");
  return records(
    await files.session.query("select topic, phrases, found_on::varchar as found_on from emerging_topics"),
  );
}

it("finds a topic that nobody declared within days of its start, and names it by its words", async () => {
  const found = await emerging("zanzare lucciole", 4);
  expect(found).toHaveLength(1);
  expect(cellText(found[0]?.phrases).split(", ").sort()).toEqual(["lucciole", "zanzare"]);
  const foundOn = cellText(found[0]?.found_on);
  expect(foundOn > "2026-04-01" && foundOn <= "2026-04-08").toBe(true);
});

it("is silent where nothing changes", async () => {
  expect(await emerging("zanzare lucciole", 0)).toEqual([]);
});

it("is silent about what the taxonomy declares", async () => {
  expect(await emerging("consegna in ritardo", 4)).toEqual([]);
});
