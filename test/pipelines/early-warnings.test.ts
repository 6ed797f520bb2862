import { describe, expect, it } from "vitest";
import { plant, type Planted } from "../support/statements.js";

const asOf = "2026-03-31";
const parameters = { as_of: asOf, min_group_size: 3 };

const noOrders = `select null::varchar as order_id, null::varchar as customer_id, null::timestamp as ordered_at, null::varchar as channel,
  null::varchar as store_id, null::varchar as product_id, null::varchar as carrier, null::date as promised_on, false as is_late where false`;

const nothing = {
  feedback: `select null::varchar as feedback_id, null::timestamp as occurred_at, 'survey' as source, 'own' as brand, null::varchar as author_id,
    null::varchar as customer_id, null::varchar as store_id, null::varchar as product_id where false`,
  sentence_topics:
    "select null::varchar as feedback_id, 1 as sentence, null::varchar as topic, null::integer as said where false",
  cases:
    "select null::varchar as case_id, null::varchar as channel, null::timestamp as opened_at where false",
  touchpoints: `select null::varchar as touchpoint_id, null::timestamp as occurred_at, null::varchar as stage, null::varchar as channel,
    null::varchar as kind, null::varchar as outcome, null::varchar as store_id, null::varchar as product_id, null::varchar as carrier where false`,
  friction_events: `select 'late_delivery' as friction, 'delivery' as topic, null as touchpoint_kind
    union all select 'app_problem', 'app', 'session'`,
  orders: noOrders,
};

async function counted(tables: Partial<typeof nothing>): Promise<Planted> {
  const planted = await plant({ ...nothing, ...tables }, parameters);
  await planted.make("marts/warning_events.sql");
  await planted.make("marts/warning_counts.sql");
  return planted;
}

describe("what early warning counts", () => {
  it("is one mention for a person who writes of a problem again and again within four weeks", async () => {
    const planted = await counted({
      feedback: `select 'f' || n as feedback_id, timestamp '2026-03-01 10:00' + to_days(n::integer) as occurred_at, 'social' as source, 'own' as brand,
        'anna' as author_id, null::varchar as customer_id, null::varchar as store_id, null::varchar as product_id from range(20) as t(n)
        union all select 'g', timestamp '2026-03-05 10:00', 'social', 'own', 'bruno', null, null, null`,
      sentence_topics: `select 'f' || n as feedback_id, 1 as sentence, 'app' as topic, -1 as said from range(20) as t(n)
        union all select 'g', 1, 'app', -1`,
    });
    expect(await planted.rows("select day, event_id from warning_events where series = 'mentions'")).toEqual([
      { day: "2026-03-01", event_id: "f0" },
      { day: "2026-03-05", event_id: "g" },
    ]);
  });

  it("is the first problem that a message tells of, not what it mentions beside or praises", async () => {
    const planted = await counted({
      feedback: `select 'f' as feedback_id, timestamp '2026-03-01 10:00' as occurred_at, 'review' as source, 'own' as brand,
        null::varchar as author_id, 'c' as customer_id, null::varchar as store_id, null::varchar as product_id`,
      sentence_topics: `select * from (values ('f', 1, 'store', 1), ('f', 2, 'app', -1), ('f', 3, 'staff', -1), ('f', 4, 'price', null))
        as t(feedback_id, sentence, topic, said)`,
    });
    expect(await planted.rows("select topic from warning_events where series = 'mentions'")).toEqual([
      { topic: "app" },
    ]);
  });

  it("holds each day of a series, those without events too, and all channels together only where there are several", async () => {
    const planted = await counted({
      touchpoints: `select 't' || n as touchpoint_id, timestamp '2026-03-29 10:00' as occurred_at, 'purchase' as stage,
        case when n < 2 then 'app' else 'web' end as channel, 'session' as kind, 'problem' as outcome,
        null as store_id, null as product_id, null as carrier from range(3) as t(n)`,
      cases: "select 'k' as case_id, 'phone' as channel, timestamp '2026-03-30 08:00' as opened_at",
    });
    expect(
      await planted.rows(
        "select series, topic, kind, channel, list(n order by day)::varchar as n from warning_counts group by all order by all",
      ),
    ).toEqual([
      { series: "contacts", topic: null, kind: "case", channel: "phone", n: "[1, 0]" },
      { series: "problems", topic: "app", kind: "session", channel: "app", n: "[2, 0, 0]" },
      { series: "problems", topic: "app", kind: "session", channel: "web", n: "[1, 0, 0]" },
      { series: "problems", topic: "app", kind: "session", channel: null, n: "[3, 0, 0]" },
    ]);
  });

  it("knows of a missed promise from the day after it", async () => {
    const planted = await counted({
      orders: `select 'o' as order_id, 'c' as customer_id, timestamp '2026-03-20 10:00' as ordered_at, 'web' as channel, null as store_id,
        'p' as product_id, 'V1' as carrier, date '2026-03-25' as promised_on, true as is_late`,
    });
    expect(await planted.rows("select kind, topic, day, carrier from warning_events")).toEqual([
      { kind: "late_delivery", topic: "delivery", day: "2026-03-26", carrier: "V1" },
    ]);
  });

  it("is nothing where there is nothing", async () => {
    const planted = await counted({});
    expect(await planted.rows("select * from warning_counts")).toEqual([]);
  });
});

/** Alarm days of a series as the test gives them. */
function tests(days: readonly string[]): string {
  if (days.length === 0)
    return `select null::varchar as series, null::varchar as topic, null::varchar as kind, null::varchar as channel, null::varchar as warned_on,
      null::varchar as began_on, null::double as count, null::double as expected, null::double as count_since, null::double as expected_since,
      null::double as once_in_days where false`;
  return days
    .map(
      (day) =>
        `select 'problems' as series, 'app' as topic, 'session' as kind, null::varchar as channel, '${day}' as warned_on, '2026-03-20' as began_on,
        9.0 as count, 2.0 as expected, 40.0 as count_since, 10.0 as expected_since, 900.0 as once_in_days`,
    )
    .join(" union all ");
}

async function alarms(days: readonly string[]): Promise<Planted> {
  const planted = await plant(
    {
      warning_tests: tests(days),
      warning_counts: `select 'problems' as series, 'app' as topic, 'session' as kind, null::varchar as channel, date '2026-01-01' + d::integer as day,
        case when d >= 78 then d - 75 else 2 end as n from range(90) as t(d)`,
      warning_events: `select 'problems' as series, 'app' as topic, 'session' as kind, 'app' as channel, date '2026-01-01' + d::integer as day,
        'e' || d as event_id, case when d >= 78 then 'S01' else 'S02' end as store_id, null::varchar as product_id, null::varchar as carrier from range(90) as t(d)`,
    },
    parameters,
  );
  for (const name of ["early_warnings", "warning_alarms", "warnings_told", "warning_origins"])
    await planted.make(`marts/${name}.sql`);
  return planted;
}

describe("alarms", () => {
  it("are days at most a week apart, with the time it took and what doubles how fast", async () => {
    const planted = await alarms(["2026-03-22", "2026-03-23", "2026-03-29"]);
    expect(await planted.rows("select * from warning_alarms")).toMatchObject([
      {
        first_warned_on: "2026-03-22",
        last_warned_on: "2026-03-29",
        days: 3,
        delay_days: 2,
        times: 4,
        is_current: true,
        peak_on: null,
      },
    ]);
    const [alarm] = await planted.rows("select doubling_days from warning_alarms");
    expect(Number(alarm!.doubling_days)).toBeGreaterThan(0);
  });

  it("tell, once over, how long before the worst week they came", async () => {
    const planted = await alarms(["2026-01-10"]);
    expect(await planted.rows("select peak_on, lead_days, is_current from warning_alarms")).toEqual([
      { peak_on: "2026-01-10", lead_days: 0, is_current: false },
    ]);
    expect(await planted.rows("select * from warnings_told")).toEqual([]);
  });

  it("say where the growth comes from", async () => {
    const planted = await alarms(["2026-03-30"]);
    expect(
      await planted.rows(
        "select origin, origin_value, n, expected, rank, caveat from warning_origins where rank = 1",
      ),
    ).toEqual([
      { origin: "channel", origin_value: "app", n: 12, expected: 11.14, rank: 1, caveat: null },
      { origin: "store_id", origin_value: "S01", n: 12, expected: 0, rank: 1, caveat: null },
    ]);
  });

  it("are none where the test finds none", async () => {
    const planted = await alarms([]);
    for (const table of ["early_warnings", "warning_alarms", "warnings_told", "warning_origins"])
      expect(await planted.rows(`select * from ${table}`)).toEqual([]);
  });
});
