import { afterAll, beforeAll, expect, it } from "vitest";
import { cellText, records } from "../../src/result.js";
import { SqlFiles } from "./files.js";

let files: SqlFiles;

beforeAll(async () => {
  files = await SqlFiles.open();
});
afterAll(() => files.close());

async function copies(messages: [id: string, day: string, text: string][]) {
  const rows = messages.map(
    ([id, day, text]) => `('${id}', timestamp '${day}', '${text.replaceAll("'", "''")}')`,
  );
  await files.session.execute(`create or replace table feedback_texts as
    select *, len(regexp_extract_all(text, '[\\p{L}\\p{N}]+')) as words
    from (values ${rows.join(", ")}) as t (feedback_id, occurred_at, text)`);
  await files.make("text", "feedback_copies");
  const found = records(
    await files.session.query(
      "select feedback_id, copies, near_copies from feedback_copies order by feedback_id",
    ),
  );
  return Object.fromEntries(
    found.map(({ feedback_id, copies: same, near_copies }) => [cellText(feedback_id), [same, near_copies]]),
  );
}

const praise =
  "davvero una lampada bellissima fa una luce calda e si monta in cinque minuti la consiglio a tutti";

it("counts others with the same words, whatever the capitals and signs", async () => {
  expect(
    await copies([
      ["a", "2026-01-01", praise],
      ["b", "2026-01-02", `${praise.toUpperCase()}!!!`],
      ["c", "2026-01-02", "il pacco non è mai arrivato e nessuno risponde al telefono da giorni"],
    ]),
  ).toEqual({ a: [1, 0], b: [1, 0], c: [0, 0] });
});

it("counts others with nearly the same words", async () => {
  expect(
    await copies([
      ["a", "2026-01-01", praise],
      ["b", "2026-01-02", praise.replace("cinque", "dieci")],
    ]),
  ).toEqual({ a: [0, 1], b: [0, 1] });
});

it("knows of what follows only for three days", async () => {
  expect(
    await copies([
      ["a", "2026-01-01", praise],
      ["b", "2026-01-10", praise],
    ]),
  ).toEqual({ a: [0, 0], b: [1, 0] });
});

it("takes texts of fewer than five words for nobody's copy", async () => {
  expect(
    await copies([
      ["a", "2026-01-01", "tutto bene grazie"],
      ["b", "2026-01-01", "tutto bene grazie"],
    ]),
  ).toEqual({});
});

it("knows a hundred thousand times the same text for copies of each other", async () => {
  await files.session.execute(`create or replace table feedback_texts as
    select 'F' || range as feedback_id, timestamp '2026-01-01' + to_seconds(range % 1000) as occurred_at,
      '${praise}' as text, 18 as words
    from range(100000)`);
  await files.make("text", "feedback_copies");
  const { rows } = await files.session.query(
    "select copies, near_copies, count(*) from feedback_copies group by all",
  );
  expect(rows).toEqual([[99_999, 0, 100_000]]);
});

it("finds planted near copies among thousands of texts, and no others", async () => {
  await files.session.execute(`create or replace table feedback_texts as
    with base as (
      select i, list_transform(range(18), lambda k: 'w' || hash(i, k) % 3000) as w from range(4000) as t (i)
    ),
    texts as (
      select i, case when i % 40 = 1 then list_concat(original.w[:8], ['changed'], original.w[10:]) else base.w end as w
      from base
      join (select i + 1 as next, w from base) as original on original.next = greatest(base.i, 1)
    )
    select i::varchar as feedback_id, timestamp '2026-01-01' as occurred_at, array_to_string(w, ' ') as text, 18 as words from texts`);
  await files.make("text", "feedback_copies");
  const { rows } = await files.session.query(`
    select
      count(*) filter (near_copies = 1 and feedback_id::integer % 40 in (0, 1)) / count(*) filter (feedback_id::integer % 40 in (0, 1)),
      count(*) filter (near_copies > 0 and feedback_id::integer % 40 not in (0, 1))
    from feedback_copies where feedback_id::integer >= 2`);
  expect(Number(rows[0]?.[0])).toBeGreaterThan(0.95);
  expect(rows[0]?.[1]).toBe(0);
});
