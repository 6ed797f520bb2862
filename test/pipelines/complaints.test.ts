import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const parameters = {
  as_of: "2026-06-30",
  horizon_days: 90,
  settle_days: 21,
  min_group_size: 2,
  friction_rows: 1000,
};

const tables = {
  service_levels: `select * from (values ('acknowledged', 'any', 24.0), ('acknowledged', 'phone', 4.0), ('solved', 'any', 72.0))
    as t(step, channel, promised_hours)`,
  cases: `select * from (values
      ('solved', 'a', 'o1', 'email', timestamp '2026-01-10 08:00', null::timestamp, timestamp '2026-01-10 10:00', timestamp '2026-01-11 08:00', null::timestamp, 0, 1),
      ('late', 'b', 'o2', 'phone', timestamp '2026-01-10 08:00', null, timestamp '2026-01-10 18:00', timestamp '2026-01-15 08:00', null, 2, 3),
      ('reopened', 'c', 'o3', 'email', timestamp '2026-01-10 08:00', null, timestamp '2026-01-10 10:00', timestamp '2026-01-11 08:00', timestamp '2026-01-20 08:00', 0, 1),
      ('fresh', 'd', 'o4', 'email', timestamp '2026-06-30 20:00', timestamp '2026-07-02 20:00', null, null, null, 0, 1)
    ) as t(case_id, customer_id, order_id, channel, opened_at, promised_by, acknowledged_at, resolved_at, reopened_at, handovers, contacts)`,
  orders: `select * from (values ('o1', 'a', timestamp '2026-01-02'), ('o5', 'a', timestamp '2026-02-01'), ('o6', 'b', timestamp '2026-02-01'))
    as t(order_id, customer_id, ordered_at)`,
  feedback: `select 'a' as customer_id, 'own' as brand, timestamp '2026-02-10' as occurred_at, 9 as nps, null::integer as csat,
    null::double as rating, null::integer as rating_scale`,
};

const noCases = `select null::varchar as case_id, null::varchar as customer_id, null::varchar as order_id, null::varchar as channel, null::timestamp as opened_at,
  null::timestamp as promised_by, null::timestamp as acknowledged_at, null::timestamp as resolved_at, null::timestamp as reopened_at,
  null::integer as handovers, null::integer as contacts where false`;

async function complaints(cases: string = tables.cases): Promise<Planted> {
  const planted = await plant({ ...tables, cases }, parameters);
  await planted.make("features/complaint_cases.sql");
  await planted.make("marts/complaint_funnel.sql");
  return planted;
}

describe("complaints", () => {
  it("are solved when the solution holds, at first contact without another contact or a hand-over", async () => {
    const planted = await complaints();
    expect(
      await planted.rows(
        "select case_id, is_solved, is_reopened, is_solved_at_first_contact as at_first from complaint_cases order by case_id",
      ),
    ).toEqual([
      { case_id: "fresh", is_solved: false, is_reopened: false, at_first: false },
      { case_id: "late", is_solved: true, is_reopened: false, at_first: false },
      { case_id: "reopened", is_solved: false, is_reopened: true, at_first: false },
      { case_id: "solved", is_solved: true, is_reopened: false, at_first: true },
    ]);
  });

  it("are held to the case's own promise, else the channel's, and not before the time is up", async () => {
    const planted = await complaints();
    expect(
      await planted.rows(
        `select case_id, promised_acknowledge_hours as a, kept_acknowledge_promise as kept_a, promised_solve_hours as s, kept_solve_promise as kept_s
        from complaint_cases order by case_id`,
      ),
    ).toEqual([
      { case_id: "fresh", a: 24, kept_a: null, s: 48, kept_s: null },
      { case_id: "late", a: 4, kept_a: false, s: 72, kept_s: false },
      { case_id: "reopened", a: 24, kept_a: true, s: 72, kept_s: false },
      { case_id: "solved", a: 24, kept_a: true, s: 72, kept_s: true },
    ]);
  });

  it("end with a customer who left, stayed or forgave, once the horizon has passed", async () => {
    const planted = await complaints();
    expect(await planted.rows("select case_id, fate from complaint_cases order by case_id")).toEqual([
      { case_id: "fresh", fate: null },
      { case_id: "late", fate: "stayed" },
      { case_id: "reopened", fate: "left" },
      { case_id: "solved", fate: "forgave" },
    ]);
  });

  it("make a funnel, with Wilson's interval", async () => {
    const planted = await complaints();
    const funnel = await planted.rows(
      "select step, n, of, share, share_low, share_high from complaint_funnel where channel = 'all' and step in ('received', 'solved', 'left') order by place",
    );
    expect(funnel.map(({ step, n, of }) => [step, n, of])).toEqual([
      ["received", 4, 4],
      ["solved", 2, 4],
      ["left", 1, 3],
    ]);
    // 2 of 4, as statsmodels 0.15's proportion_confint(2, 4, method="wilson") has it: 0.1500 to 0.8500.
    expect(funnel[1]).toMatchObject({ share: 0.5, share_low: 0.15, share_high: 0.85 });
  });

  it("leave a funnel that says so where there are none, or too few", async () => {
    const none = await complaints(noCases);
    expect(await none.rows("select distinct channel, n, share, caveat from complaint_funnel")).toEqual([
      { channel: "all", n: 0, share: null, caveat: "no complaints" },
    ]);
    const few = await complaints();
    expect(
      await few.rows(
        "select distinct caveat, share from complaint_funnel where channel = 'phone' and place = 1",
      ),
    ).toEqual([{ caveat: "fewer than 2 complaints", share: null }]);
  });
});

describe("unhappy customers who never complained", () => {
  const order = (customer: string, day: string) =>
    `('${customer}${day}', '${customer}', timestamp '${day}', 10.0)`;
  const world = {
    orders: `select * from (values ${[
      ...["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"].map((day) => order("withdrawn", day)),
      ...["2026-01-01", "2026-04-01", "2026-06-25"].map((day) => order("back", day)),
      order("voiced", "2026-06-01"),
      order("complained", "2026-06-01"),
      order("content", "2026-06-01"),
    ].join(", ")}) as t(order_id, customer_id, ordered_at, amount)`,
    friction_exposures: `select * from (values
      ('late_delivery', 'event', 'withdrawn', timestamp '2026-04-05'), ('late_delivery', 'event', 'back', timestamp '2026-04-05'),
      ('late_delivery', 'event', 'complained', timestamp '2026-06-05')) as t(friction, exposure, customer_id, occurred_at)`,
    feedback: `select * from (values ('f1', 'voiced', 'survey', 3), ('f2', 'complained', 'survey', 2), ('f3', 'content', 'survey', 10)) as t(feedback_id, customer_id, source, nps)
      cross join (select 'own' as brand, timestamp '2026-06-10' as occurred_at, null::integer as csat, null::integer as ces, null::double as rating, null::integer as rating_scale)`,
    sentence_topics:
      "select null::varchar as feedback_id, null::varchar as topic, null::integer as said where false",
    cases: "select 'k' as case_id, 'complained' as customer_id, timestamp '2026-06-06' as opened_at",
    treatable_customers:
      "select distinct customer_id from (values ('withdrawn'), ('back'), ('voiced'), ('complained'), ('content')) as t(customer_id)",
  };

  it("are told by a low score or by silence after something went wrong", async () => {
    const planted = await plant(world, parameters);
    await planted.make("marts/silent_unhappy.sql");
    expect(
      await planted.rows("select customer_id, told_by, friction from silent_unhappy order by customer_id"),
    ).toEqual([
      { customer_id: "voiced", told_by: "text", friction: null },
      { customer_id: "withdrawn", told_by: "behaviour", friction: "late_delivery" },
    ]);
  });

  it("are never of the hold-out", async () => {
    const planted = await plant(
      { ...world, treatable_customers: "select 'withdrawn' as customer_id" },
      parameters,
    );
    await planted.make("marts/silent_unhappy.sql");
    expect(await planted.rows("select customer_id from silent_unhappy")).toEqual([
      { customer_id: "withdrawn" },
    ]);
  });

  it("are counted, and no share is shown of too few", async () => {
    const planted = await plant(world, { ...parameters, as_of: "2026-06-30" });
    await planted.make("marts/silent_unhappy_share.sql");
    expect(
      await planted.rows(
        "select friction, customers, complained, silent_share, caveat from silent_unhappy_share",
      ),
    ).toEqual([
      { friction: "all", customers: 3, complained: 1, silent_share: 0.6667, caveat: null },
      { friction: "late_delivery", customers: 3, complained: 1, silent_share: 0.6667, caveat: null },
    ]);
    const quiet = await plant(
      { ...world, friction_exposures: `${world.friction_exposures} where false` },
      parameters,
    );
    await quiet.make("marts/silent_unhappy_share.sql");
    expect(await quiet.rows("select friction, caveat from silent_unhappy_share")).toEqual([
      { friction: "all", caveat: "nothing went wrong" },
    ]);
  });
});
