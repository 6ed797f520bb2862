import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { records } from "../../src/result.js";
import { yamlRecords } from "../../src/warehouse/yaml-records.js";
import { emptyTables } from "./empty-tables.js";
import { SqlFiles } from "./files.js";

const parameters = { as_of: "2026-06-30", reply_days: 7, watch_hours: 4 };

/** Messages of the last two days; the playbook is the project's own. */
const said = {
  cases:
    "select 'solved' as feedback_id, timestamp '2026-06-29 13:00' as acknowledged_at, null::timestamp as resolved_at",
  topic_names: emptyTables.topic_names,
  feedback: `select * from (values
      ('complaint', timestamp '2026-06-30 20:00', 'review', 'own', 'ann', 1.0, 5, null),
      ('praise', timestamp '2026-06-30 10:00', 'review', 'own', 'bob', 5.0, 5, null),
      ('doubted', timestamp '2026-06-30 12:00', 'review', 'own', null, 1.0, 5, null),
      ('abuse', timestamp '2026-06-30 12:00', 'social', 'own', null, null, null, 5000),
      ('danger', timestamp '2026-06-30 23:00', 'social', 'own', null, null, null, 10),
      ('solved', timestamp '2026-06-29 12:00', 'ticket', 'own', 'ann', null, null, null),
      ('of a rival', timestamp '2026-06-30 12:00', 'review', 'other', null, 1.0, 5, null),
      ('long ago', timestamp '2026-06-01 12:00', 'review', 'own', 'ann', 1.0, 5, null)
    ) as t (feedback_id, occurred_at, source, brand, customer_id, rating, rating_scale, reach)`,
  feedback_speakers: `select * from (values ('complaint', 'customer'), ('praise', 'customer'), ('doubted', 'competitor'), ('abuse', 'troll'),
      ('danger', 'prospect'), ('solved', 'customer'), ('of a rival', 'prospect'), ('long ago', 'customer')) as t (feedback_id, speaker)`,
  feedback_details: "select unnest(['complaint', 'danger']) as feedback_id, true as is_specific",
  feedback_signs: emptyTables.feedback_signs,
  feedback_credibility: `select unnest(['doubted', 'complaint']) as feedback_id, unnest([10, 90]) as credibility_percent, null::varchar as level`,
  feedback_topics: `select unnest(['complaint', 'doubted', 'solved']) as feedback_id, 'delivery' as topic, -0.9 as sentiment`,
  sentence_phrases: "select 'danger' as feedback_id, 'watch' as list, 'safety' as name, false as is_negated",
  lifetime_value: "select 'ann' as customer_id, 120.0 as expected_value",
};

async function due(replaced: Partial<Record<keyof typeof said, string>> = {}) {
  const files = await SqlFiles.open();
  onTestFinished(() => files.close());
  await files.policy("reputation");
  const tables = {
    ...said,
    reputation_playbook:
      "select * replace (deadline_hours::integer as deadline_hours, praise_hours::integer as praise_hours) from reputation",
    ...replaced,
  };
  for (const [name, sql] of Object.entries(tables))
    await files.session.execute(`create table ${name} as ${sql}`);
  await files.make("marts", "replies_due", parameters);
  return records(await files.session.query("select * from replies_due order by place"));
}

describe("replies that are due", () => {
  it("put words of a watch-list first, then problems by deadline, then the rest", async () => {
    const rows = await due();
    expect(rows.map(({ feedback_id, reply }) => [feedback_id, reply])).toEqual([
      ["danger", "public"],
      ["complaint", "public_then_private"],
      ["doubted", "public_then_private"],
      ["praise", "public_then_private"],
    ]);
  });

  it("say by when and who answers, as the playbook has it", async () => {
    const [danger, complaint, doubted, praise] = await due();
    // Four hours for words of a watch-list, 8 for a customer's specific problem, 24 for a general one, 72 for general praise.
    expect([danger, complaint, doubted, praise].map((row) => row?.hours_left)).toEqual([3, 4, 12, 58]);
    expect(complaint).toMatchObject({
      status: "due_today",
      topics_it: "consegna",
      value: 120,
      answered_by_en: "customer service, with the store or office concerned",
    });
  });

  it("keep a complaint of low credibility, to be checked first, under a customer's entry where the playbook is silent", async () => {
    const doubted = (await due()).find(({ feedback_id }) => feedback_id === "doubted");
    expect(doubted).toMatchObject({ speaker: "competitor", check_first: true, reply: "public_then_private" });
  });

  it("leave out abuse without a problem, other brands, old messages and what a case shows to be answered", async () => {
    const answered = await due({
      cases: `select 'solved' as feedback_id, timestamp '2026-06-29 13:00' as acknowledged_at, null::timestamp as resolved_at
        union all select 'complaint', timestamp '2026-07-01 09:00', null`,
    });
    expect(answered.map(({ feedback_id }) => feedback_id)).toEqual([
      "danger",
      "complaint",
      "doubted",
      "praise",
    ]);
    const unanswered = await due({ cases: emptyTables.cases });
    expect(unanswered.map(({ feedback_id }) => feedback_id)).toContain("solved");
  });

  it("repeat no word and no name", async () => {
    const [row] = await due();
    for (const personal of ["text", "author_id", "customer_id", "email"]) {
      expect(Object.keys(row ?? {})).not.toContain(personal);
    }
  });

  it("are none where nobody says anything", async () => {
    expect(await due({ feedback: `select * from (${said.feedback}) where false` })).toEqual([]);
  });
});

describe("the reputation playbook", () => {
  it("has an entry for each speaker, specific or general, in both languages", () => {
    const entries = yamlRecords(readFileSync("pipelines/policy/reputation.yaml", "utf8"), "reputation");
    const keys = entries.map(({ speaker, detail }) => `${speaker} ${detail}`).sort();
    const speakers = ["competitor", "customer", "employee", "ex_customer", "prospect", "troll"];
    expect(keys).toEqual(speakers.flatMap((speaker) => [`${speaker} general`, `${speaker} specific`]));
    for (const entry of entries) {
      for (const field of ["answered_by", "tone", "say", "never"]) {
        expect(entry[`${field}_en`]).toBeTruthy();
        expect(entry[`${field}_it`]).toBeTruthy();
      }
    }
  });
});
