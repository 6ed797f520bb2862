import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWorld, minutes, type World } from "./world.js";

describe("the causes of friction in a sample world", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  }, minutes);
  afterAll(() => world.close());

  it("are at least six, late delivery by one carrier being the dearest by far", async () => {
    const causes = await world.rows(
      "select cause, revenue_at_risk from true_causes order by revenue_at_risk desc nulls last",
    );
    expect(causes.length).toBeGreaterThanOrEqual(6);
    expect(causes[0]?.cause).toBe("late_delivery");
    expect(Number(causes[0]?.revenue_at_risk)).toBeGreaterThan(2 * Number(causes[1]?.revenue_at_risk));
  });

  it("show in the data as the events that the truth lists", async () => {
    const seen: Record<string, string> = {
      late_delivery:
        "select count(distinct order_id) from transactions where delivered_at::date > promised_on",
      wrong_invoice: "select count(*) from touchpoints where kind = 'invoice' and outcome = 'problem'",
      faulty_item: "select count(*) from touchpoints where kind = 'return' and outcome = 'problem'",
      long_queue:
        "select count(*) from touchpoints where kind = 'queue' and outcome = 'problem' and minutes > 20",
      failed_refund: "select count(*) from touchpoints where kind = 'refund' and outcome = 'problem'",
      app_problem: "select count(*) from touchpoints where kind = 'session' and outcome = 'problem'",
    };
    for (const [cause, sql] of Object.entries(seen)) {
      const listed = await world.number(`select count(*) from true_exposures where cause = '${cause}'`);
      expect(await world.number(sql), cause).toBe(listed);
    }
  });

  it("late delivery meets a quarter to two fifths of web customers, mostly through carrier V3", async () => {
    const share = await world.number(`
      select avg((late.customer_id is not null)::integer)
      from (select distinct customer_id from transactions where channel = 'web' and customer_id is not null) as web
      left join (select distinct customer_id from true_exposures where cause = 'late_delivery') as late using (customer_id)`);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
    const rates = await world.rows(`
      select carrier, avg((delivered_at::date > promised_on)::integer) as late_share
      from transactions where delivered_at is not null and occurred_at > '2025-12-01'
      group by carrier order by late_share desc`);
    expect(rates[0]?.carrier).toBe("V3");
    expect(Number(rates[0]?.late_share)).toBeGreaterThan(5 * Number(rates[1]?.late_share));
  });

  it("are found by comparing like with like and missed by comparing exposed people with the rest", async () => {
    // Orders that were delivered; churn is no order in the ninety days after delivery.
    await world.session.execute(`
      create table delivery as
      with orders as (
        select order_id, any_value(customer_id) as customer_id, min(occurred_at) as ordered_at, any_value(delivered_at) as delivered_at,
          any_value(delivered_at::date > promised_on) as is_late
        from transactions where kind = 'purchase' and customer_id is not null group by order_id
      ),
      earlier as (
        select orders.*, segment, count(past.order_id) as past_orders, coalesce(bool_or(past.is_late), false) as was_late
        from orders
        join customers using (customer_id)
        left join orders as past on past.customer_id = orders.customer_id and past.ordered_at < orders.ordered_at
        group by all
      )
      select earlier.*, count(next.order_id) = 0 as is_churned
      from earlier
      left join orders as next on next.customer_id = earlier.customer_id
        and next.ordered_at > earlier.delivered_at and next.ordered_at <= earlier.delivered_at + interval 90 day
      where earlier.delivered_at <= timestamp '2026-11-01' - interval 90 day and earlier.delivered_at >= timestamp '2025-04-01'
      group by all`);
    const truth = await world.number("select risk_difference from true_causes where cause = 'late_delivery'");
    const stratified = await world.number(`
      with strata as (
        select segment, least(past_orders, 6) as past, count(*) filter (is_late) as exposed,
          avg(is_churned::integer) filter (is_late) - avg(is_churned::integer) filter (not is_late) as difference
        from delivery where not was_late group by all
      )
      select sum(difference * exposed) / sum(exposed) from strata where difference is not null`);
    expect(Math.abs(stratified - truth)).toBeLessThan(0.08);
    const naive = await world.number(`
      with late as (select distinct customer_id from true_exposures where cause = 'late_delivery'),
      people as (
        select customers.customer_id, late.customer_id is not null as is_exposed,
          coalesce(max(occurred_at), timestamp '2024-11-01') < timestamp '2026-11-01' - interval 90 day as is_churned
        from customers
        left join late using (customer_id)
        left join transactions on transactions.customer_id = customers.customer_id and kind = 'purchase'
        group by all
      )
      select avg(is_churned::integer) filter (is_exposed) - avg(is_churned::integer) filter (not is_exposed) from people`);
    expect(Math.abs(naive - truth)).toBeGreaterThan(2 * Math.abs(stratified - truth));
  });

  it("one begins small and snowballs in the last weeks", async () => {
    const weeks = await world.rows(`
      select floor(date_diff('day', occurred_at, timestamp '2026-11-01') / 14)::integer as fortnights_ago, count(*) as crashes
      from true_exposures where cause = 'app_problem' group by 1 order by 1 limit 3`);
    const [last = 0, previous = 0, before = 0] = weeks.map(({ crashes }) => Number(crashes));
    expect(last).toBeGreaterThan(1.5 * previous);
    expect(previous).toBeGreaterThan(before);
  });
});

describe("the actions in a sample world", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 12_000, seed: 2 });
  }, minutes);
  afterAll(() => world.close());

  it("are five that work, one of them drawn by lot, and one that does nothing", async () => {
    const actions = await world.rows(
      "select is_useful, is_randomised, count(*) as actions from true_actions group by all order by all",
    );
    expect(actions).toEqual([
      { is_useful: false, is_randomised: false, actions: 1 },
      { is_useful: true, is_randomised: false, actions: 4 },
      { is_useful: true, is_randomised: true, actions: 1 },
    ]);
  });

  it("the randomised one brings as many back as the truth says", async () => {
    const truth = await world.number("select effect_on_return from true_actions where is_randomised");
    const [difference] = await world.rows(`
      with people as (
        select unit_id, arm, count(order_id) > 0 as has_bought
        from actions
        left join transactions on customer_id = unit_id and transactions.kind = 'purchase'
          and occurred_at > started_at and occurred_at <= started_at + interval 90 day
        where is_randomised group by all
      )
      select
        avg(has_bought::integer) filter (arm = 'treated') - avg(has_bought::integer) filter (arm = 'control') as effect,
        sqrt(0.25 / count(*) filter (arm = 'treated') + 0.25 / count(*) filter (arm = 'control')) as deviation
      from people`);
    expect(Math.abs(Number(difference?.effect) - truth)).toBeLessThan(3 * Number(difference?.deviation));
    expect(truth).toBeGreaterThan(0.05);
  });

  it("the useless one looks useful to a naive eye", async () => {
    const naive = await world.number(`
      with people as (
        select unit_id, arm, count(order_id) > 0 as has_bought
        from actions join true_actions using (action_id)
        left join transactions on customer_id = unit_id and transactions.kind = 'purchase'
          and occurred_at > started_at and occurred_at <= started_at + interval 90 day
        where not is_useful group by all
      )
      select avg(has_bought::integer) filter (arm = 'treated') - avg(has_bought::integer) filter (arm = 'control') from people`);
    expect(naive).toBeGreaterThan(0.03);
  });
});
