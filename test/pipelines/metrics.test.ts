import { describe, expect, it } from "vitest";
import { plant, statementText } from "../support/statements.js";

const parameters = { as_of: "2026-03-31", horizon_days: 90, min_group_size: 30 };

const nobody = {
  transactions: `select timestamp '2026-03-01' as occurred_at, 10.0::decimal(12,2) as amount, 'purchase' as kind, 'o1' as order_id,
    'c1' as customer_id union all select timestamp '2024-01-01', 20, 'purchase', 'o2', 'c1'`,
  feedback: "select timestamp '2026-03-30' as occurred_at, 'own' as brand where false",
  churn_labels: "select date '2026-03-31' as known_on, true as has_churned where false",
  scores_by_group: `select 'nps' as metric, 'window' as grain, date '2026-03-31' as period, 'all' as dimension, 'all' as "group",
    1.0 as value, 0.0 as low, 2.0 as high, 40 as n, null::varchar as caveat where false`,
  response_rates: `select 'window' as grain, date '2026-03-31' as period, 'all' as dimension, 'all' as "group", 10 as asked,
    0.5 as response_rate, 0.4 as response_rate_low, 0.6 as response_rate_high, null::varchar as caveat where false`,
  silent_majority: `select 'nps' as score, '2026-03-31' as period, 'all' as dimension, 'all' as "group", 'estimated' as status,
    12.0 as weighted, 2.0 as weighted_low, 22.0 as weighted_high, 40 as scored, 8.0 as followed_up, 1.0 as followed_up_low,
    15.0 as followed_up_high, 30 as followed_up_n where false`,
  targets: "select 'nps' as metric, 'all' as segment, 20.0::double as target where false",
};

async function metrics(tables: Partial<typeof nobody> = {}) {
  const planted = await plant({ ...nobody, ...tables }, parameters);
  await planted.make("features/reporting_periods.sql");
  await planted.make("marts/metrics.sql");
  return planted;
}

describe("reporting periods", () => {
  it("are the windows and weeks that purchases cover whole", async () => {
    const planted = await plant(
      { transactions: "select timestamp '2025-10-01 12:00' as occurred_at, 'purchase' as kind" },
      parameters,
    );
    await planted.make("features/reporting_periods.sql");
    const rows = await planted.rows(
      "select grain, count(*) as n, min(starts_at)::date as first_on, max(period) as last_on from reporting_periods group by grain order by grain",
    );
    expect(rows).toEqual([
      { grain: "week", n: 26, first_on: "2025-10-01", last_on: "2026-03-31" },
      { grain: "window", n: 2, first_on: "2025-10-03", last_on: "2026-03-31" },
    ]);
  });
});

describe("metrics", () => {
  it("are there where nobody said anything: sales, and no scores", async () => {
    const planted = await metrics();
    const rows = await planted.rows("select distinct metric from metrics order by metric");
    expect(rows.map(({ metric }) => metric)).toEqual(["buyers", "orders", "revenue"]);
  });

  it("have each score as answered, weighted and followed up, under names and segments of their own", async () => {
    const planted = await metrics({
      scores_by_group: `${nobody.scores_by_group.replace(" where false", "")} union all
        select 'nps', 'week', date '2026-03-31', 'all', 'all', 3.0, 2.0, 4.0, 40, null union all
        select 'nps', 'window', date '2025-04-05', 'all', 'all', 7.0, 2.0, 9.0, 40, null union all
        select 'nps', 'window', date '2026-03-31', 'channel', 'web', null, null, null, 4, 'fewer than 30 answers'`,
      silent_majority: nobody.silent_majority.replace(" where false", ""),
      response_rates: nobody.response_rates.replace(" where false", ""),
    });
    const rows = await planted.rows(
      "select metric, grain, segment, value, low, high, year_ago, caveat from metrics where period = date '2026-03-31' and metric similar to '(nps|asked|response).*'",
    );
    const all = { grain: "window", segment: "all", year_ago: null, caveat: null };
    expect(rows).toEqual([
      { ...all, metric: "asked", value: 10, low: null, high: null },
      { ...all, metric: "nps", value: 1, low: 0, high: 2, year_ago: 7 },
      {
        ...all,
        metric: "nps",
        segment: "channel: web",
        value: null,
        low: null,
        high: null,
        caveat: "fewer than 30 answers",
      },
      { ...all, metric: "nps_followed_up", value: 8, low: 1, high: 15 },
      { ...all, metric: "nps_weekly", grain: "week", value: 3, low: 2, high: 4 },
      { ...all, metric: "nps_weighted", value: 12, low: 2, high: 22 },
      { ...all, metric: "response_rate", value: 0.5, low: 0.4, high: 0.6 },
    ]);
  });

  it("count messages by window and week, and never those to come", async () => {
    const planted = await metrics({
      feedback: `select unnest([timestamp '2026-03-31 23:00', timestamp '2026-03-20', timestamp '2026-04-01']) as occurred_at, 'own' as brand`,
    });
    const rows = await planted.rows(
      "select metric, value from metrics where metric like 'messages%' order by metric, period desc limit 3",
    );
    expect(rows).toEqual([
      { metric: "messages", value: 2 },
      { metric: "messages_weekly", value: 1 },
      { metric: "messages_weekly", value: 1 },
    ]);
  });

  it("bound churn by Wilson's interval, within 0 and 1", async () => {
    const planted = await metrics({
      churn_labels: "select date '2026-03-31' as known_on, false as has_churned from range(20)",
    });
    // Newcombe (1998), table I: 0 of 20 is 0 to 0.1611.
    expect(await planted.rows("select value, low, high, n from metrics where metric = 'churn'")).toEqual([
      { value: 0, low: 0, high: 0.1611, n: 20 },
    ]);
  });

  it("have the target of their segment, a score however it is asked", async () => {
    const planted = await metrics({
      targets: `select * from (values ('nps', 'all', 20.0), ('nps', 'channel: web', 15.0), ('messages', 'all', 300.0),
        ('csat', 'store: S99', 0.9), ('churn', 'all', 0.2)) as t (metric, segment, target)`,
      feedback: "select timestamp '2026-03-30' as occurred_at, 'own' as brand",
      scores_by_group: `select 'nps' as metric, unnest(['window', 'week']) as grain, date '2026-03-31' as period, dimension, "group",
        1.0 as value, 0.0 as low, 2.0 as high, 40 as n, null::varchar as caveat
        from (values ('all', 'all'), ('channel', 'web'), ('channel', 'app')) as t (dimension, "group")`,
      silent_majority: nobody.silent_majority.replace("where false", ""),
    });
    const rows = await planted.rows(
      `select distinct metric, segment, target from metrics
        where metric like 'nps%' or metric like 'messages%' order by metric, segment`,
    );
    expect(rows.map(({ metric, segment, target }) => [metric, segment, target])).toEqual([
      ["messages", "all", 300],
      ["messages_weekly", "all", null],
      ["nps", "all", 20],
      ["nps", "channel: app", null],
      ["nps", "channel: web", 15],
      ["nps_followed_up", "all", 20],
      ["nps_weekly", "all", 20],
      ["nps_weekly", "channel: app", null],
      ["nps_weekly", "channel: web", 15],
      ["nps_weighted", "all", 20],
    ]);
    // Nobody was asked of CSAT and nobody can churn yet: only a segment that a number could have is held to be misspelt.
    expect(await planted.rows(statementText("checks/targets_have_numbers.sql"))).toEqual([]);
  });

  it("leave a target for a segment that no number has to the check", async () => {
    const planted = await metrics({
      targets: "select 'orders' as metric, unnest(['all', 'shop: S1']) as segment, 9.0::double as target",
    });
    expect(await planted.rows(statementText("checks/targets_have_numbers.sql"))).toEqual([
      { metric: "orders", segment: "shop: S1", target: 9 },
    ]);
  });
});
