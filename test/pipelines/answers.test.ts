import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";

const parameters = { as_of: "2026-03-31", horizon_days: 90, min_group_size: 3 };

const feedbackColumns = `feedback_id varchar, customer_id varchar, occurred_at timestamp, source varchar, brand varchar, order_id varchar,
  product_id varchar, store_id varchar, nps integer, csat integer, ces integer`;

/** Two customers with orders in a store and on the web; questions and answers as given. */
function world(feedback: string, touchpoints: string) {
  return plant(
    {
      feedback: `select feedback_id::varchar as feedback_id, customer_id::varchar as customer_id, occurred_at, source, brand,
        order_id::varchar as order_id, product_id::varchar as product_id, store_id::varchar as store_id, nps::integer as nps,
        csat::integer as csat, ces::integer as ces
        from (values ${feedback}) as t(feedback_id, customer_id, occurred_at, source, brand, order_id, product_id, store_id, nps,
          csat, ces)`,
      touchpoints: `from (values ${touchpoints}) as t(touchpoint_id, customer_id, occurred_at, kind, outcome, order_id)`,
      orders: `from (values
          ('o1', 'c1', timestamp '2025-12-01', null::timestamp, 'store', 'S01', 20.0::decimal(12,2)),
          ('o2', 'c1', timestamp '2026-02-01', timestamp '2026-02-05', 'web', null, 50.0::decimal(12,2)),
          ('o3', 'c2', timestamp '2026-02-20', timestamp '2026-03-10', 'app', null, 10.0::decimal(12,2))
        ) as t(order_id, customer_id, ordered_at, delivered_at, channel, store_id, amount)`,
      customers: `from (values ('c1', 'family', 'it', true), ('c2', null, 'en', null))
        as t(customer_id, segment, language, marketing_consent)`,
      feedback_credibility: "select feedback_id, 0.8 as weight from feedback",
      reporting_periods: `select 'window' as grain, date '2026-03-31' as period, timestamp '2026-01-01' as starts_at,
        timestamp '2026-04-01' as ends_at union all select 'week', date '2026-03-31', timestamp '2026-03-25', timestamp '2026-04-01'`,
    },
    parameters,
  );
}

const nobody = `('t0', 'c9', timestamp '2026-02-10', 'survey', 'abandoned', null::varchar)`;

describe("answers", () => {
  it("belong to the last question before them that was not given up", async () => {
    const planted = await world(
      `('f1', 'c1', timestamp '2026-02-11', 'survey', 'own', 'o2', null, null, 9, null, null)`,
      `('t1', 'c1', timestamp '2026-02-08', 'survey', 'ok', null::varchar),
       ('t2', 'c1', timestamp '2026-02-10', 'survey', 'abandoned', null),
       ('t3', 'c1', timestamp '2026-02-12', 'survey', 'ok', null)`,
    );
    await planted.make("features/answers.sql");
    expect(await planted.rows("select ask_id, kind, channel, nps from answers")).toEqual([
      { ask_id: "t1", kind: "asked", channel: "web", nps: 100 },
    ]);
  });

  it("belong to the question about their order where questions name it", async () => {
    const planted = await world(
      `('f1', 'c1', timestamp '2026-02-11', 'survey', 'own', 'o1', null, null, 3, null, null)`,
      `('t1', 'c1', timestamp '2026-02-08', 'survey', 'ok', 'o1'), ('t2', 'c1', timestamp '2026-02-10', 'survey', 'ok', 'o2')`,
    );
    await planted.make("features/answers.sql");
    expect(await planted.rows("select ask_id, nps, store_id from answers")).toEqual([
      { ask_id: "t1", nps: -100, store_id: "S01" },
    ]);
  });

  it("are follow-ups on the telephone, unasked where no question is known, and never what comes later or from elsewhere", async () => {
    const planted = await world(
      `('call', 'c1', timestamp '2026-02-15', 'call', 'own', null, null, null, 7, null, null),
       ('talk', 'c1', timestamp '2026-02-15', 'call', 'own', null, null, null, null, null, null),
       ('kiosk', null, timestamp '2026-02-15', 'survey', 'own', null, 'P1', 'S02', null, 4, null),
       ('late', 'c1', timestamp '2026-04-01', 'survey', 'own', null, null, null, 9, null, null),
       ('rival', 'c1', timestamp '2026-02-15', 'review', 'Rivale A', null, null, null, 9, null, null),
       ('staff', 'c1', timestamp '2026-02-15', 'employee', 'own', null, null, null, 9, null, null)`,
      `('t1', 'c1', timestamp '2026-02-10', 'survey', 'abandoned', null::varchar)`,
    );
    await planted.make("features/answers.sql");
    expect(await planted.rows("select feedback_id, kind, ask_id, nps, csat, store_id from answers")).toEqual([
      { feedback_id: "call", kind: "follow_up", ask_id: "t1", nps: 0, csat: null, store_id: null },
      { feedback_id: "kiosk", kind: "unasked", ask_id: null, nps: null, csat: 1, store_id: "S02" },
    ]);
  });

  it("are none where nothing was said", async () => {
    const planted = await plant(
      {
        feedback: `select * from (select null::varchar) where false`,
      },
      parameters,
    );
    await planted.rows(`create or replace table feedback (${feedbackColumns})`);
    await planted.rows(`create table touchpoints (touchpoint_id varchar, customer_id varchar, occurred_at timestamp, kind varchar,
      outcome varchar, order_id varchar)`);
    await planted.rows("create table orders (order_id varchar, channel varchar, store_id varchar)");
    await planted.make("features/answers.sql");
    expect(await planted.rows("select * from answers")).toEqual([]);
  });
});

describe("everyone who was asked", () => {
  it("comes with what was seen of them before the question, and nothing later", async () => {
    const planted = await world(
      `('f1', 'c1', timestamp '2026-02-11', 'survey', 'own', 'o2', null, null, 9, null, null)`,
      `('t1', 'c1', timestamp '2026-01-02', 'survey', 'abandoned', null::varchar),
       ('p1', 'c1', timestamp '2026-01-20', 'delivery', 'problem', null),
       ('t2', 'c1', timestamp '2026-02-08', 'survey', 'ok', null),
       ('p2', 'c1', timestamp '2026-02-09', 'refund', 'problem', null),
       ('t3', 'c1', timestamp '2026-03-20', 'survey', 'abandoned', null),
       ('t4', 'c2', timestamp '2026-03-05', 'survey', 'abandoned', null),
       ('t5', 'c1', timestamp '2026-04-02', 'survey', 'abandoned', null)`,
    );
    await planted.make("features/answers.sql");
    await planted.make("features/survey_asks.sql");
    const rows = await planted.rows(`select ask_id, is_answered, channel, store_id, segment, has_consent,
      round(exp(log_orders))::integer - 1 as orders, round(exp(log_problems))::integer - 1 as problems, is_first_ask,
      answers_before_share, credibility from survey_asks`);
    const usual = { store_id: null, segment: "family", has_consent: true };
    expect(rows).toEqual([
      {
        ...usual,
        ask_id: "t1",
        is_answered: false,
        channel: "store",
        store_id: "S01",
        orders: 1,
        problems: 0,
        is_first_ask: true,
        answers_before_share: 0.5,
        credibility: null,
      },
      {
        ...usual,
        ask_id: "t2",
        is_answered: true,
        channel: "web",
        orders: 2,
        problems: 1,
        is_first_ask: false,
        answers_before_share: 0.333333,
        credibility: 0.8,
      },
      {
        ...usual,
        ask_id: "t3",
        is_answered: false,
        channel: "web",
        orders: 2,
        problems: 2,
        is_first_ask: false,
        answers_before_share: 0.5,
        credibility: null,
      },
      {
        ask_id: "t4",
        is_answered: false,
        channel: null,
        store_id: null,
        segment: null,
        has_consent: null,
        orders: 0,
        problems: 0,
        is_first_ask: true,
        answers_before_share: 0.5,
        credibility: null,
      },
    ]);
  });

  it("keeps the follow-up of a question beside its answer", async () => {
    const planted = await world(
      `('f1', 'c1', timestamp '2026-02-11', 'survey', 'own', 'o2', null, null, null, 5, null::integer),
       ('call', 'c1', timestamp '2026-02-13', 'call', 'own', null, null, null, 2, null, null)`,
      `('t2', 'c1', timestamp '2026-02-08', 'survey', 'ok', null::varchar)`,
    );
    await planted.make("features/answers.sql");
    await planted.make("features/survey_asks.sql");
    expect(await planted.rows("select nps, csat, called_nps, called_csat from survey_asks")).toEqual([
      { nps: null, csat: 1, called_nps: -100, called_csat: null },
    ]);
  });
});

describe("response rates", () => {
  it("have Wilson's interval, and are not shown of few", async () => {
    // Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662.
    const planted = await plant(
      {
        survey_asks: `select 'a' || i as ask_id, timestamp '2026-02-01' as asked_at, date '2026-03-31' as period, i < 81 as is_answered,
            case when i < 2 then 'app' else 'web' end as channel, null::varchar as segment, null::varchar as store_id from range(263) as t(i)`,
        reporting_periods: "select 'window' as grain, date '2026-03-31' as period",
      },
      parameters,
    );
    await planted.make("marts/response_rates.sql");
    const rows = await planted.rows(
      'select dimension, "group", asked, answered, response_rate, response_rate_low, response_rate_high, caveat from response_rates',
    );
    expect(rows[0]).toEqual({
      dimension: "all",
      group: "all",
      asked: 263,
      answered: 81,
      response_rate: 0.308,
      response_rate_low: 0.2553,
      response_rate_high: 0.3662,
      caveat: null,
    });
    expect(rows[1]).toMatchObject({
      group: "app",
      asked: 2,
      response_rate: null,
      caveat: "fewer than 3 asked",
    });
  });

  it("are none where nobody was asked", async () => {
    const planted = await world(
      `('f1', 'c1', timestamp '2026-02-11', 'survey', 'own', 'o2', null, null, 9, null, null)`,
      nobody.replace("2026-02-10", "2026-05-10"),
    );
    await planted.make("features/answers.sql");
    await planted.make("features/survey_asks.sql");
    await planted.make("marts/response_rates.sql");
    expect(await planted.rows("select * from response_rates")).toEqual([]);
  });
});
