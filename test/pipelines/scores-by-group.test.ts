import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const parameters = { as_of: "2026-03-31", horizon_days: 90, min_group_size: 30 };

/** Answers as given by a SELECT of feedback_id, customer_id, channel, nps, csat and ces. */
async function scores(answers: string, minGroupSize = 30): Promise<Planted> {
  const planted = await plant(
    {
      answers: `select feedback_id, customer_id, channel, 'o' || feedback_id as order_id, null::varchar as product_id,
          case when channel = 'store' then 'S01' end as store_id, 'asked' as kind, date '2026-03-30' as asked_at,
          timestamp '2026-04-02' as answered_at, nps::integer as nps, csat::integer as csat, ces::integer as ces
        from (${answers})`,
      customers: "select 'c0' as customer_id, 'family' as segment",
      transactions: `select 'of0' as order_id, unnest(['P1', 'P1', 'P2']) as product_id, 'purchase' as kind,
        timestamp '2026-03-01' as occurred_at`,
      reporting_periods: "select unnest(['window', 'week']) as grain, date '2026-03-31' as period",
    },
    { ...parameters, min_group_size: minGroupSize },
  );
  await planted.make("marts/scores_by_group.sql");
  return planted;
}

const of = (metric: string, dimension = "all") =>
  `select "group", n, customers, value, low, high, caveat from scores_by_group
    where metric = '${metric}' and dimension = '${dimension}' and grain = 'window'`;

describe("scores of groups", () => {
  it("have the adjusted Wald interval of Rocks (2016) for NPS", async () => {
    const planted = await scores(`select 'f' || i as feedback_id, 'c' || i as customer_id, 'web' as channel,
      case when i < 30 then 100 when i < 45 then 0 else -100 end as nps, null as csat, null as ces from range(60) as t(i)`);
    // 30 promoters, 15 detractors, 60 answers: 30.75 and 15.75 of 63, difference 0.2381, variance 0.7381 - 0.0567.
    const [row] = await planted.rows(of("nps"));
    expect(row).toMatchObject({ n: 60, customers: 60, value: 25, caveat: null });
    const error = 100 * Math.sqrt((46.5 / 63 - (15 / 63) ** 2) / 63);
    expect(Number(row?.low)).toBeCloseTo(1500 / 63 - 1.96 * error, 3);
    expect(Number(row?.high)).toBeCloseTo(1500 / 63 + 1.96 * error, 3);
  });

  it("have Wilson's interval for CSAT, also where everyone is satisfied", async () => {
    // Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662; 20 of 20, by symmetry with 0 of 20, 0.8389 to 1.
    const some =
      await scores(`select 'f' || i as feedback_id, 'c' || i as customer_id, 'web' as channel, null as nps,
      (i < 81)::integer as csat, null as ces from range(263) as t(i)`);
    expect((await some.rows(of("csat")))[0]).toMatchObject({ value: 0.308, low: 0.2553, high: 0.3662 });
    const all = await scores(
      `select 'f' || i as feedback_id, 'c' || i as customer_id, 'web' as channel, null as nps, 1 as csat, null as ces from range(20) as t(i)`,
      5,
    );
    expect((await all.rows(of("csat")))[0]).toMatchObject({ value: 1, low: 0.8389, high: 1 });
  });

  it("have no interval of CES where all answers are equal, and say so", async () => {
    const planted =
      await scores(`select 'f' || i as feedback_id, 'c' || i as customer_id, 'web' as channel, null as nps,
      null as csat, 6 as ces from range(40) as t(i)`);
    expect((await planted.rows(of("ces")))[0]).toMatchObject({
      value: 6,
      low: null,
      high: null,
      caveat: "all answers are equal",
    });
  });

  it("are as sure as the customers are many, not the answers", async () => {
    const answers = (
      customer: string,
    ) => `select 'f' || i as feedback_id, ${customer} as customer_id, 'web' as channel,
      null as nps, null as csat, 3 + (i // 4) % 3 as ces from range(240) as t(i)`;
    const one = await (await scores(answers("'c' || i"))).rows(of("ces"));
    const four = await (await scores(answers("'c' || (i // 4)"))).rows(of("ces"));
    const width = (row = one[0]) => Number(row?.high) - Number(row?.low);
    expect(four[0]).toMatchObject({ n: 240, customers: 60, value: Number(one[0]?.value) });
    // Four equal answers each: the design effect is 4, the interval twice as wide.
    expect(width(four[0]) / width()).toBeCloseTo(2, 1);
  });

  it("are not shown of few, with the reason; a product bought twice in an order counts once", async () => {
    const planted = await scores(
      `select 'f' || i as feedback_id, 'c' || i as customer_id, case when i < 3 then 'store' else 'web' end as channel,
        100 as nps, null as csat, null as ces from range(40) as t(i)`,
    );
    expect(await planted.rows(of("nps", "store"))).toEqual([
      {
        group: "S01",
        n: 3,
        customers: 3,
        value: null,
        low: null,
        high: null,
        caveat: "fewer than 30 answers",
      },
    ]);
    const products = await planted.rows(of("nps", "product"));
    expect(products.map(({ group, n }) => [group, n])).toEqual([
      ["P1", 1],
      ["P2", 1],
    ]);
    expect((await planted.rows(of("nps", "segment")))[0]).toMatchObject({ group: "family", n: 1 });
    expect(await planted.rows("select n from scores_by_group where grain = 'week'")).toEqual([{ n: 40 }]);
  });

  it("are none where nobody answered", async () => {
    const planted = await scores(
      "select 'f' as feedback_id, 'c' as customer_id, 'web' as channel, 1 as nps, 1 as csat, 1 as ces where false",
    );
    expect(await planted.rows("select * from scores_by_group")).toEqual([]);
  });
});
