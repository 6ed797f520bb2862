import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";
import { emptyTables, transactionsOf } from "./empty-tables.js";

const parameters = { as_of: "2026-06-30", horizon_days: 90, min_group_size: 2 };

const tables = {
  ...emptyTables,
  spine:
    "select unnest(['ann', 'bob']) as customer_id, unnest([date '2026-03-01', date '2026-06-30']) as as_of",
  churn_labels:
    "select 'ann' as customer_id, date '2026-03-01' as as_of, true as has_churned union all select 'bob', date '2026-06-30', null",
  transactions: transactionsOf([
    { customer: "ann", order: "o1", at: "2026-01-10 10:00" },
    { customer: "ann", order: "o2", at: "2026-02-20 10:00" },
    { customer: "bob", order: "o3", at: "2026-06-01 10:00" },
    { customer: "bob", order: "o4", at: "2026-06-20 10:00" },
  ]),
  friction_exposures: `select 'late_delivery' as friction, 'event' as exposure, 'ann' as customer_id, timestamp '2026-02-25 10:00' as occurred_at
    union all select 'late_delivery', 'event', 'ann', timestamp '2026-03-02 10:00'`,
  feedback: `select 'f1' as feedback_id, timestamp '2026-02-26 09:00' as occurred_at, 'survey' as source, 'own' as brand, 'ann' as customer_id,
      null::double as rating, null::integer as rating_scale, 9 as nps, null::integer as csat
    union all select 'f2', timestamp '2026-06-02 09:00', 'review', 'own', 'bob', 4, 5, null, null
    union all select 'f3', timestamp '2026-02-27 09:00', 'employee', 'own', null, null, null, null, null`,
  feedback_topics: `select 'f1' as feedback_id, 'delivery' as topic, 0.5 as sentiment union all select 'f1', 'staff', 1.0
    union all select 'f3', 'queue', -1.0`,
};

async function facts(replaced: Partial<Record<keyof typeof tables, string>> = {}) {
  const planted = await plant({ ...tables, ...replaced }, parameters);
  for (const file of ["features/orders", "features/driver_experiences", "features/driver_facts"]) {
    await planted.make(`${file}.sql`);
  }
  return planted.rows("select * from driver_facts order by kind, customer_id");
}

describe("driver facts", () => {
  it("have a row an answer and one a date, each with what was met and said in the 180 days before", async () => {
    expect(await facts()).toMatchObject([
      // One late delivery (-1) and praise of half (0.5): a quarter below the middle.
      {
        kind: "answer",
        customer_id: "ann",
        nps: 100,
        satisfaction: null,
        delivery: 37.5,
        staff: 100,
        queue: 50,
      },
      { kind: "answer", customer_id: "bob", nps: null, satisfaction: 75, delivery: 50, orders_365_days: 1 },
      {
        kind: "date",
        customer_id: "ann",
        has_churned: true,
        delivery: 37.5,
        orders_365_days: 2,
        met_drivers: 1,
      },
      { kind: "date", customer_id: "bob", has_churned: null, delivery: 50, days_since_last_order: 11 },
    ]);
  });

  it("know nothing of a complaint dated later, though its promise and its solution are not", async () => {
    const later = `select 'k1' as case_id, 'bob' as customer_id, 'o4' as order_id, timestamp '2099-06-22' as opened_at,
      timestamp '2026-06-25' as promised_by, timestamp '2026-06-24' as acknowledged_at, unnest([timestamp '2026-06-24', null]) as resolved_at,
      null::timestamp as reopened_at`;
    expect(await facts({ cases: later })).toEqual(await facts());
  });

  it("say whether an answer was followed by a purchase only where the horizon has passed", async () => {
    const [ann, bob] = await facts();
    expect(ann?.churned_after_answer).toBe(true);
    expect(bob?.churned_after_answer).toBeNull();
  });

  it("see nothing that came later", async () => {
    const before = (await facts()).find(({ kind, customer_id }) => kind === "date" && customer_id === "ann");
    const later = await facts({
      friction_exposures: `${tables.friction_exposures} union all select 'late_delivery', 'event', 'ann', timestamp '2026-04-01 10:00'`,
      transactions: transactionsOf([
        { customer: "ann", order: "o1", at: "2026-01-10 10:00" },
        { customer: "ann", order: "o2", at: "2026-02-20 10:00" },
        { customer: "ann", order: "o9", at: "2026-03-02 10:00" },
      ]),
    });
    expect(later.find(({ kind, customer_id }) => kind === "date" && customer_id === "ann")).toEqual(before);
  });

  it("take a complaint that kept its promise for praise of the support, and a broken promise for a problem", async () => {
    const planted = await plant(
      {
        ...tables,
        cases: `select 'c1' as case_id, 'ann' as customer_id, timestamp '2026-02-01' as opened_at, timestamp '2026-02-05' as promised_by,
            timestamp '2026-02-03' as resolved_at, null::timestamp as reopened_at
          union all select 'c2', 'bob', timestamp '2026-06-01', timestamp '2026-06-05', null, null`,
      },
      parameters,
    );
    await planted.make("features/driver_experiences.sql");
    expect(
      await planted.rows(
        "select customer_id, occurred_at::date::varchar as day, value from driver_experiences where driver = 'support' order by 1",
      ),
    ).toEqual([
      { customer_id: "ann", day: "2026-02-03", value: 1 },
      { customer_id: "bob", day: "2026-06-05", value: -1 },
    ]);
  });

  it("are there, without rows, where there is no customer", async () => {
    const { spine, churn_labels } = tables;
    expect(
      await facts({
        ...emptyTables,
        spine: `select * from (${spine}) where false`,
        churn_labels: `select * from (${churn_labels}) where false`,
      }),
    ).toEqual([]);
  });
});

describe("driver priorities", () => {
  const estimated = {
    ...tables,
    topic_names: `select unnest(['delivery', 'staff']) as topic, unnest(['delivery', 'staff']) as label_en,
      unnest(['consegna', 'staff']) as label_it`,
    customers_tonight:
      "select unnest(['ann', 'bob']) as customer_id, unnest([300.0, 700.0]) as spend_365_days",
    driver_importance: `select * from (values
        ('nps', 'delivery', 1, 0.7, 0.5, 0.9, 2.0, 1.02, 2.98, 'raises', null),
        ('has_churned', 'delivery', 1, 0.8, 0.6, 0.9, -0.004, -0.006, -0.002, 'lowers', null),
        ('has_churned', 'staff', 2, 0.2, 0.0, 0.3, -0.001, -0.003, 0.001, 'cannot_be_told', null),
        ('has_churned', 'queue', null, null, null, null, null, null, null, null, 'never varies')
      ) as t (outcome, driver, rank, importance, importance_low, importance_high, effect, effect_low, effect_high, verdict, caveat)`,
    score_worth: "select 'nps' as driver, -0.001 as effect, -0.00198 as effect_low, -0.00002 as effect_high",
    driver_facts: `select 'date' as kind, customer_id, timestamp '2026-07-01' as observed_at, delivery, 60.0 as staff,
        50.0 as billing, 50.0 as product_quality, 50.0 as queue, 50.0 as refund, 50.0 as app, 50.0 as price, 50.0 as store,
        50.0 as assortment, 50.0 as website, 50.0 as packaging, 50.0 as support
      from (values ('ann', 20.0), ('bob', 60.0)) as t (customer_id, delivery)`,
  };

  async function priorities(replaced: Partial<typeof estimated> = {}) {
    const planted = await plant({ ...estimated, ...replaced }, parameters);
    await planted.make("features/driver_experiences.sql");
    await planted.make("marts/driver_priorities.sql");
    return planted.rows("select * from driver_priorities");
  }

  it("set importance against performance, and say what a point is worth", async () => {
    const rows = await priorities();
    expect(rows.filter(({ outcome }) => outcome === "has_churned")).toMatchObject([
      {
        driver: "delivery",
        label_it: "consegna",
        performance: 40,
        priority: "mend_first",
        // 0.004 of 1,000 a year, and of two customers.
        worth: 4,
        worth_low: 2,
        worth_high: 6,
        retained: 0.008,
        caveat: null,
      },
      { driver: "staff", performance: 60, priority: "leave", worth: 1, label_it: "staff" },
      { driver: "queue", importance: null, worth: null, priority: null, caveat: "never varies" },
    ]);
  });

  it("value a score through its link to buying, with the uncertainty of both", async () => {
    const nps = (await priorities()).find(({ outcome }) => outcome === "nps");
    // 2 points of NPS times 0.001; variances 0.5^2 and 0.0005^2: sqrt(0.0005^2 + 0.001^2 + 0.00025^2) = 0.00115.
    expect(nps).toMatchObject({ worth: 2, worth_low: -0, worth_high: 4 });
    expect(nps?.retained_low).toBeCloseTo(2 * (0.002 - 1.96 * 0.001145644), 3);
  });

  it("say so where no link is known", async () => {
    const rows = await priorities({ score_worth: `select * from (${estimated.score_worth}) where false` });
    expect(rows.find(({ outcome }) => outcome === "nps")).toMatchObject({
      worth: null,
      caveat: "no link from this score to buying is known",
    });
  });

  it("show nothing of fewer customers than the minimum group size, and say so", async () => {
    const rows = await priorities({
      driver_facts: `select * from (${estimated.driver_facts}) where customer_id = 'ann'`,
    });
    expect(rows.find(({ driver }) => driver === "delivery")).toMatchObject({
      performance: null,
      priority: null,
      caveat: "fewer than 2 active customers",
    });
  });
});
