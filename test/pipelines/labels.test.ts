import { describe, expect, it } from "vitest";
import { cellText } from "../../src/result.js";
import { plant } from "../support/statements.js";

const asOf = { as_of: "2026-03-31" };

/** Tables of 1,000 messages, whose probability to be fake is `i / 1000`; the last hundred are unlike all others, one in five a copy. */
const scored = {
  feedback: `select 'f' || i as feedback_id, timestamp '2026-01-01' + to_hours(i::integer) as occurred_at, 'own' as brand,
      case when i % 5 = 0 then 'Buy this now, it is the best!' else 'message number ' || i end as text,
      case when i % 50 = 1 then 'genuine' end as moderation_label,
      case when i % 50 = 1 then timestamp '2026-03-01' end as moderated_at
    from range(1000) as t(i)`,
  feedback_texts: "select feedback_id, text from feedback",
  feedback_scores: `select feedback_id, case when feedback_id[2:]::integer < 900 then feedback_id[2:]::integer / 1000 end as fake_probability
    from feedback`,
  feedback_credibility: `select feedback_id, null::varchar as level,
      round(100 * (1 - fake_probability))::integer as credibility_percent,
      case when fake_probability is null then 'unlike_training' end as not_judged_because
    from feedback_scores`,
  feedback_copies: "select feedback_id, 1 as group_no from feedback where text like 'Buy%'",
  moderation_labels: `select feedback_id, false as is_fake, moderated_at from feedback where moderation_label is not null`,
};

async function queueOf(tables: Partial<typeof scored> = {}) {
  const planted = await plant({ ...scored, ...tables }, asOf);
  await planted.make("marts/labels_queue.sql");
  const rows = await planted.rows("select * from labels_queue order by place");
  return rows as {
    place: number;
    feedback_id: string;
    text: string;
    why_asked: string;
    credibility_percent: number | null;
  }[];
}

describe("the queue of feedback to label", () => {
  it("asks in every ten for six unsure ones, two unlike the training texts and two at random", async () => {
    const queue = await queueOf();
    const reasons = queue.slice(0, 50).map(({ why_asked }) => why_asked);
    expect(
      ["uncertain", "unlike_training", "random"].map((why) => reasons.filter((r) => r === why).length),
    ).toEqual([30, 10, 10]);
    const percents = queue.slice(0, 50).filter(({ why_asked }) => why_asked === "uncertain");
    expect(percents.every(({ credibility_percent }) => Math.abs(credibility_percent! - 50) <= 5)).toBe(true);
    expect(queue.map(({ place }) => place)).toEqual(queue.map((_, index) => index + 1));
  });

  it("asks about the surest as often as about others where it asks at random", async () => {
    const random = (await queueOf()).filter(({ why_asked }) => why_asked === "random");
    // Of 980 without a verdict a fifth: 196, give or take three standard errors of 12.5.
    expect(Math.abs(random.length - 196)).toBeLessThan(38);
    const judged = random.flatMap(({ credibility_percent: percent }) => (percent === null ? [] : [percent]));
    const mean = judged.reduce((sum, percent) => sum + percent, 0) / judged.length;
    // Of 10 to 100 percent; the standard error of a mean of 160 is 2.
    expect(Math.abs(mean - 55)).toBeLessThan(6);
    expect(random.slice(0, 20).some(({ credibility_percent: percent }) => Math.abs(percent! - 50) > 20)).toBe(
      true,
    );
  });

  it("never asks what is known, and for the same text three times besides at random", async () => {
    const queue = await queueOf();
    const ids = queue.map(({ feedback_id }) => feedback_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.some((id) => Number(id.slice(1)) % 50 === 1)).toBe(false);
    const copies = queue.filter(({ text }) => text.startsWith("Buy"));
    for (const why of ["uncertain", "unlike_training"]) {
      expect(copies.filter(({ why_asked }) => why_asked === why)).toHaveLength(3);
    }
  });

  it("stays the same from night to night but for what was asked and answered", async () => {
    const before = await queueOf();
    const answered = before[0]!.feedback_id;
    const after = await queueOf({
      moderation_labels: `${scored.moderation_labels} union all select '${answered}', true, timestamp '2026-03-30'`,
    });
    expect(after.map(({ feedback_id }) => feedback_id)).not.toContain(answered);
    const others = before.filter(({ why_asked }) => why_asked !== before[0]!.why_asked);
    const asked = new Set(after.map(({ feedback_id }) => feedback_id));
    expect(others.every(({ feedback_id }) => asked.has(feedback_id))).toBe(true);
  });

  it("begins with what the weak rules doubt where there is no model", async () => {
    const queue = await queueOf({
      feedback_scores: "select feedback_id, null::double as fake_probability from feedback",
      feedback_credibility: `select feedback_id, case when feedback_id[2:]::integer < 20 then 'low' else 'medium' end as level,
          null::integer as credibility_percent, null::varchar as not_judged_because from feedback`,
    });
    const asked = queue.filter(({ why_asked }) => why_asked === "no_model").slice(0, 8);
    expect(asked.every(({ feedback_id }) => Number(feedback_id.slice(1)) < 20)).toBe(true);
    expect(new Set(queue.map(({ why_asked }) => why_asked))).toEqual(new Set(["no_model", "random"]));
  });
});

describe("the verdicts that the credibility model learns from", () => {
  const feedback = `select * from (values
      ('a', 'genuine', timestamp '2026-03-01'), ('b', 'fake', timestamp '2026-03-05'), ('c', null, null), ('d', null, null)
    ) as t(feedback_id, moderation_label, moderated_at)`;

  async function verdicts(labels: string) {
    const columns = "t(feedback_id, moderation_label, labelled_at)";
    const planted = await plant({ feedback, labels: `select * from (values ${labels}) as ${columns}` }, asOf);
    await planted.make("features/moderation_labels.sql");
    const rows = await planted.rows(
      "select feedback_id, is_fake from moderation_labels order by feedback_id",
    );
    const unusable = async () => {
      await planted.make("checks/labels_are_usable.sql");
      return planted.rows("select feedback_id, problem from labels_are_usable");
    };
    return {
      is_fake: Object.fromEntries<unknown>(
        rows.map(({ feedback_id, is_fake }) => [cellText(feedback_id), is_fake]),
      ),
      unusable,
    };
  }

  it("are those of the source and of files of labels, the latest of a message counting", async () => {
    const { is_fake } = await verdicts(`
      ('a', 'fake', timestamp '2026-03-20'), ('b', 'genuine', timestamp '2026-03-01'), ('c', 'fake', timestamp '2026-03-10'),
      ('c', 'genuine', timestamp '2026-03-11'), ('d', null, null)`);
    expect(is_fake).toEqual({ a: true, b: true, c: false });
  });

  it("are not known before they are given", async () => {
    const { is_fake } = await verdicts(
      "('a', 'fake', timestamp '2026-04-01'), ('c', 'fake', timestamp '2026-03-31 23:00')",
    );
    expect(is_fake).toEqual({ a: false, b: true, c: true });
  });

  it("are told where nothing can be learned from them", async () => {
    const { is_fake, unusable } = await verdicts(
      "('c', 'fake', null), ('x', 'fake', timestamp '2026-03-10'), ('d', null, null)",
    );
    expect(is_fake).not.toHaveProperty("c");
    expect(await unusable()).toEqual([
      { feedback_id: "c", problem: "no labelled_at" },
      { feedback_id: "x", problem: "no such feedback" },
    ]);
  });
});
