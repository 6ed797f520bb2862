import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const parameters = { as_of: "2026-06-30", horizon_days: 90, journey_gap_days: 30, min_group_size: 1 };

const none = `select null::varchar as touchpoint_id, null::varchar as customer_id, null::timestamp as occurred_at, null::varchar as stage,
  null::varchar as kind, null::varchar as channel, null::varchar as outcome, null::varchar as order_id where false`;

const world = {
  touchpoints: `select * from (values
    ('t1', 'a', timestamp '2026-01-01 10:00', 'need', 'search', 'web', 'ok', null),
    ('t2', 'a', timestamp '2026-01-02 10:00', 'research', 'product_page', 'web', 'ok', null),
    ('t3', 'a', timestamp '2026-01-06 10:00', 'purchase', 'delivery', 'email', 'problem', 'o1'),
    ('t4', 'a', timestamp '2026-01-08 10:00', 'support', 'call', 'phone', 'problem', null),
    ('t5', 'a', timestamp '2026-04-01 10:00', 'research', 'cart', 'web', 'abandoned', null),
    ('t6', 'a', timestamp '2026-06-20 10:00', 'research', 'cart', 'web', 'abandoned', null))
    as t(touchpoint_id, customer_id, occurred_at, stage, kind, channel, outcome, order_id)`,
  orders:
    "select 'o1' as order_id, 'a' as customer_id, timestamp '2026-01-03 10:00' as ordered_at, 'web' as channel",
  feedback: `select 'a' as customer_id, 'own' as brand, timestamp '2026-01-10' as occurred_at, 2 as csat`,
};

async function journeys(tables: Partial<typeof world> = {}): Promise<Planted> {
  const planted = await plant({ ...world, ...tables }, parameters);
  for (const file of ["features/journey_steps", "marts/journey_paths", "marts/journey_stages"])
    await planted.make(`${file}.sql`);
  return planted;
}

describe("journeys", () => {
  it("end where a pause of more than thirty days begins, and are over when it has passed", async () => {
    const planted = await journeys();
    expect(
      await planted.rows(
        "select journey, count(*) as steps, bool_and(is_over) as is_over, bool_and(has_bought) as has_bought from journey_steps group by journey order by journey",
      ),
    ).toEqual([
      { journey: 1, steps: 5, is_over: true, has_bought: true },
      { journey: 2, steps: 1, is_over: true, has_bought: false },
      { journey: 3, steps: 1, is_over: false, has_bought: false },
    ]);
  });

  it("are paths through the stages, across both sides of the counter; an e-mail is neither", async () => {
    const planted = await journeys();
    expect(
      await planted.rows(
        "select path, journeys, share, crossing_share, problem_share, median_days, satisfaction from journey_paths order by rank",
      ),
    ).toEqual([
      {
        path: "need (online) > research > purchase > support (offline)",
        journeys: 1,
        share: 0.5,
        crossing_share: 1,
        problem_share: 1,
        median_days: 7,
        satisfaction: 2,
      },
      {
        path: "research (online)",
        journeys: 1,
        share: 0.5,
        crossing_share: 0,
        problem_share: 0,
        median_days: 0,
        satisfaction: null,
      },
    ]);
  });

  it("tell where people stop, how long they wait and what comes next", async () => {
    const planted = await journeys();
    expect(
      await planted.rows(
        "select kind, journeys, abandoned_share, dropped_share, median_hours_to_next, next_stage from journey_stages where stage = 'research' and side = 'all' order by kind nulls first",
      ),
    ).toEqual([
      {
        kind: null,
        journeys: 2,
        abandoned_share: 0.5,
        dropped_share: 0.5,
        median_hours_to_next: 24,
        next_stage: "purchase",
      },
      {
        kind: "cart",
        journeys: 1,
        abandoned_share: 1,
        dropped_share: 1,
        median_hours_to_next: null,
        next_stage: null,
      },
      {
        kind: "product_page",
        journeys: 1,
        abandoned_share: 0,
        dropped_share: 0,
        median_hours_to_next: 24,
        next_stage: "purchase",
      },
    ]);
  });

  it("are the orders alone where there are no touchpoints", async () => {
    const planted = await journeys({ touchpoints: none });
    expect(await planted.rows("select path, journeys, caveat from journey_paths")).toEqual([
      { path: "purchase (online)", journeys: 1, caveat: null },
    ]);
  });
});

describe("moments that matter", () => {
  const effect = `select * from (values ('delivery', 'estimated', 300.0, 900.0, 0.5, 0.3, 0.2, 0.1, 0.3),
      ('queue', 'estimated', 300.0, 900.0, 0.35, 0.3, 0.05, -0.01, 0.11))
    as t(moment, status, exposed, compared, exposed_rate, comparable_rate, effect, effect_low, effect_high)`;
  const steps = `select kind, stage, outcome, timestamp '2026-05-01' as occurred_at from (values ('delivery', 'purchase', 1, 9), ('queue', 'purchase', 5, 5), ('call', 'support', 3, 0))
    as t(kind, stage, bad, good), lateral (select unnest(list_concat(list_transform(range(bad), lambda i: 'problem'), list_transform(range(good), lambda i: 'ok'))) as outcome)`;

  it("are ranked by what they cost in all, and those without an effect say why", async () => {
    const planted = await plant({ touchpoints: steps, moment_effect: effect }, parameters);
    await planted.make("marts/moments_that_matter.sql");
    expect(
      await planted.rows(
        "select moment, rank, bad_share, lost_per_thousand, is_clear, status from moments_that_matter",
      ),
    ).toEqual([
      {
        moment: "queue",
        rank: 1,
        bad_share: 0.5,
        lost_per_thousand: 25,
        is_clear: false,
        status: "estimated",
      },
      {
        moment: "delivery",
        rank: 2,
        bad_share: 0.1,
        lost_per_thousand: 20,
        is_clear: true,
        status: "estimated",
      },
      {
        moment: "call",
        rank: null,
        bad_share: 1,
        lost_per_thousand: null,
        is_clear: false,
        status: "not seen both well and badly on an order",
      },
    ]);
  });
});
