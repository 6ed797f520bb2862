import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const parameters = { as_of: "2026-03-31", horizon_days: 90, min_group_size: 30 };

interface Voices {
  n: number;
  speaker: string;
  brand?: string;
  source?: string;
  topic?: string;
  /** An SQL expression of `i`, from 0 to n - 1. */
  sentiment?: string;
  weight?: number;
  day?: string;
}

/** Messages in groups of like ones. */
async function voices(groups: readonly Voices[], minGroupSize = 30): Promise<Planted> {
  const union = groups
    .map(
      (
        {
          n,
          speaker,
          brand = "own",
          source = "review",
          topic,
          sentiment = "1",
          weight = 1,
          day = "2026-03-01",
        },
        k,
      ) =>
        `select 'f${k}-' || i as feedback_id, 'a' || i as author_id, '${speaker}' as speaker, '${brand}' as brand,
          '${source}' as source, ${topic ? `'${topic}'` : "null::varchar"} as topic, (${sentiment})::double as sentiment,
          ${weight}::double as weight, timestamp '${day}' as occurred_at from range(${n}) as t(i)`,
    )
    .join(" union all ");
  return plant(
    {
      voices: `select * from (${union}) as voices`,
      feedback:
        "select feedback_id, author_id, null::varchar as customer_id, brand, source, occurred_at, 10 as reach from voices",
      feedback_speakers: "select feedback_id, speaker from voices",
      feedback_credibility: "select feedback_id, weight from voices",
      feedback_topics: "select feedback_id, topic, sentiment from voices where topic is not null",
      reporting_periods: `select 'window' as grain, unnest([date '2026-03-31', date '2025-12-31']) as period
        union all select 'week', date '2026-03-31' - 7 * step::integer from range(0, 80) as t(step)`,
    },
    { ...parameters, min_group_size: minGroupSize },
  );
}

describe("employees beside customers", () => {
  it("are compared by Newcombe's interval", async () => {
    // Newcombe (1998), table II, method 10: 56 of 70 against 48 of 80 is 0.0524 to 0.3339.
    const planted = await voices([
      {
        n: 70,
        speaker: "employee",
        source: "employee",
        topic: "queue",
        sentiment: "case when i < 56 then -1 else 1 end",
      },
      { n: 80, speaker: "customer", topic: "queue", sentiment: "case when i < 48 then -0.4 else 0.2 end" },
    ]);
    await planted.make("marts/employees_and_customers.sql");
    expect(await planted.rows("select * from employees_and_customers")).toMatchObject([
      {
        topic: "queue",
        employee_share: 1,
        share_difference: 0,
        verdict: "alike",
        employee_negative: 0.8,
        customer_negative: 0.6,
        negative_difference: 0.2,
        negative_difference_low: 0.0524,
        negative_difference_high: 0.3339,
        negative_verdict: "employees_worse",
        caveat: null,
      },
    ]);
  });

  it("say who speaks of a topic more, and nothing of what prospects and trolls say", async () => {
    const planted = await voices([
      { n: 60, speaker: "employee", source: "employee", topic: "queue" },
      { n: 40, speaker: "employee", source: "employee", topic: "delivery" },
      { n: 50, speaker: "customer", topic: "queue" },
      { n: 350, speaker: "ex_customer", topic: "delivery" },
      { n: 900, speaker: "troll", topic: "queue" },
      { n: 900, speaker: "prospect", topic: "queue" },
    ]);
    await planted.make("marts/employees_and_customers.sql");
    const rows = await planted.rows(
      "select topic, employee_share, customer_share, verdict from employees_and_customers",
    );
    expect(rows).toEqual([
      { topic: "delivery", employee_share: 0.4, customer_share: 0.875, verdict: "customers_more" },
      { topic: "queue", employee_share: 0.6, customer_share: 0.125, verdict: "employees_more" },
    ]);
  });

  it("are not compared where one side has said little, or nothing", async () => {
    const planted = await voices([
      { n: 5, speaker: "employee", source: "employee", topic: "queue" },
      { n: 80, speaker: "customer", topic: "queue" },
    ]);
    await planted.make("marts/employees_and_customers.sql");
    expect(
      await planted.rows("select verdict, share_difference, caveat from employees_and_customers"),
    ).toEqual([{ verdict: "untold", share_difference: null, caveat: "one side has fewer than 30 messages" }]);
    const silent = await voices([{ n: 3, speaker: "customer" }]);
    await silent.make("marts/employees_and_customers.sql");
    expect(await silent.rows("select * from employees_and_customers")).toEqual([]);
  });
});

describe("share of voice", () => {
  it("counts channels where competitors are spoken of, without trolls, rivals and employees", async () => {
    const planted = await voices([
      { n: 81, speaker: "customer" },
      { n: 182, speaker: "prospect", brand: "Rivale A" },
      { n: 500, speaker: "customer", source: "survey" },
      { n: 70, speaker: "troll" },
      { n: 70, speaker: "competitor" },
      { n: 10, speaker: "customer", day: "2025-11-01" },
    ]);
    await planted.make("marts/share_of_voice.sql");
    const rows = await planted.rows(
      "select period, brand, messages, reach, share, share_low, share_high, share_before, caveat from share_of_voice",
    );
    expect(rows).toMatchObject([
      { brand: "own", messages: 10, share: null, caveat: "fewer than 30 messages" },
      { brand: "Rivale A", messages: 182, share: 0.692 },
      {
        brand: "own",
        messages: 81,
        reach: 810,
        share: 0.308,
        share_low: 0.2553,
        share_high: 0.3662,
        share_before: null,
      },
    ]);
  });

  it("is none where nobody speaks of a competitor", async () => {
    const planted = await voices([{ n: 50, speaker: "customer" }]);
    await planted.make("marts/share_of_voice.sql");
    expect(await planted.rows("select * from share_of_voice")).toEqual([]);
  });
});

describe("the sentiment gap", () => {
  it("has Welch's standard error, and counts doubtful messages less", async () => {
    const planted = await voices([
      { n: 100, speaker: "customer", topic: "price", sentiment: "case when i < 50 then 0.5 else -0.5 end" },
      { n: 100, speaker: "customer", topic: "price", sentiment: "1", weight: 0.0001 },
      {
        n: 64,
        speaker: "prospect",
        brand: "Rivale A",
        topic: "price",
        sentiment: "case when i < 32 then 0.8 else 0 end",
      },
    ]);
    await planted.make("marts/sentiment_gap.sql");
    const [row] = await planted.rows("select * from sentiment_gap where topic = 'price'");
    const error = Math.sqrt(0.25 / 100 + 0.16 / 64);
    expect(row).toMatchObject({ own_sentiment: 0, competitor_sentiment: 0.4, gap: -0.4, verdict: "worse" });
    expect(Number(row?.gap_low)).toBeCloseTo(-0.4 - 1.96 * error, 2);
    expect(Number(row?.gap_high)).toBeCloseTo(-0.4 + 1.96 * error, 2);
  });

  it("is not told where few speak of either", async () => {
    const planted = await voices([
      { n: 40, speaker: "customer", topic: "price" },
      { n: 4, speaker: "prospect", brand: "Rivale A", topic: "price" },
    ]);
    await planted.make("marts/sentiment_gap.sql");
    const rows = await planted.rows("select topic, own_sentiment, gap, verdict, caveat from sentiment_gap");
    expect(rows).toEqual(
      ["all", "price"].map((topic) => ({
        topic,
        own_sentiment: 1,
        gap: null,
        verdict: "untold",
        caveat: "fewer than 30 messages about competitors",
      })),
    );
  });
});

describe("volumes", () => {
  it("have a row for each channel and week, with the same week a year before", async () => {
    const planted = await voices([
      { n: 60, speaker: "customer", day: "2026-03-30" },
      { n: 40, speaker: "customer", day: "2025-03-31" },
      { n: 7, speaker: "customer", source: "chat", day: "2026-03-30" },
    ]);
    await planted.make("marts/listening_volumes.sql");
    const rows = await planted.rows("select * from listening_volumes where period = date '2026-03-31'");
    expect(rows).toMatchObject([
      { source: "chat", messages: 7, change: null, caveat: "fewer than 30 messages" },
      {
        source: "review",
        messages: 60,
        messages_year_ago: 40,
        change: 0.5,
        reach: 600,
        authors: 60,
        caveat: null,
      },
    ]);
    const [quiet] = await planted.rows("select count(*) as n from listening_volumes where messages = 0");
    expect(quiet).toEqual({ n: 157 });
  });
});
