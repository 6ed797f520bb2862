import { describe, expect, it } from "vitest";
import { cellText } from "../../src/result.js";
import { plant } from "../support/statements.js";
import { emptyTables } from "./empty-tables.js";

const parameters = { as_of: "2026-06-30", assumed_save_share: 0.1 };

const known = {
  ...emptyTables,
  friction_points: `select * from (values
      ('late_delivery', 'event', 'late delivery', 'consegna in ritardo', 'change carrier', 'cambiare corriere', 200, 5000.0, 3000.0, 7000.0, 'carrier', null),
      ('staff', 'mention', 'staff', 'personale', null, null, 50, 800.0, 0.0, 2000.0, 'store_id', null),
      ('price', 'mention', 'prices', 'prezzi', null, null, 3, null, null, null, null, 'too few'),
      ('never met', 'event', 'x', 'x', null, null, 0, null, null, null, null, 'nobody met it')
    ) as t (friction, exposure, label_en, label_it, remedy_en, remedy_it, customers, revenue_at_risk, revenue_at_risk_low,
      revenue_at_risk_high, shared_by, caveat)`,
  customers_at_risk: `select 'c' || i as customer_id, 1000.0 - i as revenue_at_risk, 'silent' as reasons_en, 'in silenzio' as reasons_it
    from range(120) as t(i)`,
  customers_tonight: "select 'c' || i as customer_id from range(300) as t(i)",
  treatable_customers: "select 'c' || i as customer_id from range(290) as t(i)",
  orders: "select timestamp '2026-06-01' as ordered_at, unnest([40.0, 60.0])::decimal(12,2) as amount",
  actions: "select 'coupon' as action_id, 'c' || i as unit_id, 'treated' as arm from range(250, 300) as t(i)",
  action_effects: `select * from (values
      ('coupon', 'Ann''s coupon', 'customer', 'repeat_purchase', 0.1, 0.05, 0.15, 0.5, 'worked', null),
      ('call', 'Call', 'customer', 'repeat_purchase', 0.01, -0.05, 0.07, 0.5, 'did_not_work', null),
      ('letter', 'Letter', 'customer', 'repeat_purchase', null, null, null, null, 'too_early', 'until 2026-08-01'),
      ('depot', 'Depot', 'carrier', 'repeat_purchase', 0.05, 0.02, 0.08, 0.5, 'worked', null),
      ('coupon', 'Ann''s coupon', 'customer', 'churn', -0.1, -0.2, 0.0, 0.4, 'cannot_be_told', null)
    ) as t (action, name, unit, outcome, effect, effect_low, effect_high, expected_mean, verdict, reason)`,
};

type Replaced = Partial<Record<keyof typeof known, string>>;

async function made(replaced: Replaced = {}) {
  const planted = await plant({ ...known, ...replaced }, parameters);
  await planted.make("marts/what_to_do_first.sql");
  return planted;
}

describe("what to do first", () => {
  it("ranks frictions, customers and actions together by expected value", async () => {
    const rows = await (await made()).rows("select * from what_to_do_first order by rank");
    expect(rows.slice(0, 4)).toMatchObject([
      {
        kind: "friction",
        item: "late_delivery",
        expected_value: 5000,
        expected_value_low: 3000,
        basis: "measured",
        proven_by: "Depot",
      },
      // A tenth more buy again, one in two would not: the coupon keeps a fifth of the leavers, of 150 it has not reached, at 50 an order.
      { kind: "friction", item: "staff", expected_value: 800, basis: "said", proven_by: null },
      { kind: "action", item: "Ann's coupon", expected_value: 750, expected_value_low: 375, customers: 150 },
      {
        kind: "customer",
        item: "c0",
        expected_value: 200,
        expected_value_low: 100,
        expected_value_high: 300,
        basis: "measured",
        saved_share: 0.2,
        proven_by: "Ann's coupon",
      },
    ]);
    const values = rows.map(({ expected_value: value }) => value).filter((value) => value !== null);
    expect(values).toEqual([...values].sort((a, b) => Number(b) - Number(a)));
    expect(rows.map(({ rank }) => rank)).toEqual(rows.map((_, index) => index + 1));
  });

  it("counts nothing twice", async () => {
    const planted = await made();
    // The depot works on what late deliveries share, so it stands in that friction's row; each thing has one row.
    expect(await planted.rows("select * from what_to_do_first where item = 'Depot'")).toEqual([]);
    expect(
      await planted.rows(
        "select kind, item, count(*) from what_to_do_first group by all having count(*) > 1",
      ),
    ).toEqual([]);
    // 290 may be named, 40 of them were reached by the coupon, and 100 are named by themselves, none of whom was reached.
    expect(await planted.rows("select customers from what_to_do_first where item = 'Ann''s coupon'")).toEqual(
      [{ customers: 150 }],
    );
    expect(await planted.rows("select count(*) as n from what_to_do_first where kind = 'customer'")).toEqual([
      { n: 100 },
    ]);
  });

  it("gives the statement that shows the evidence, whatever the name holds", async () => {
    const planted = await made();
    for (const { evidence } of await planted.rows(
      "select distinct on (kind) evidence from what_to_do_first",
    )) {
      expect(await planted.rows(cellText(evidence ?? null))).not.toEqual([]);
    }
  });

  it("says why a value cannot be told, and puts it last", async () => {
    const rows = await (
      await made()
    ).rows("select item, caveat from what_to_do_first where expected_value is null order by item");
    expect(rows).toEqual([
      { item: "Call", caveat: "what stopping it would save is not in the data" },
      { item: "Letter", caveat: "until 2026-08-01" },
      { item: "price", caveat: "too few" },
    ]);
  });

  it("assumes a share of leavers kept where no campaign is known to work, and says so", async () => {
    const planted = await made({
      action_effects: `select * from (${known.action_effects}) where unit = 'carrier'`,
    });
    expect(await planted.rows("select * from what_to_do_first where item = 'c0'")).toMatchObject([
      {
        expected_value: 100,
        expected_value_low: 0,
        expected_value_high: 1000,
        basis: "assumed",
        saved_share: 0.1,
        proven_by: null,
        caveat: "no campaign is known to work: that 10% of leavers are kept is assumed (assumed_save_share)",
      },
    ]);
  });

  it("takes a measured effect on churn before one on repeat purchase, however large", async () => {
    const planted = await made({
      action_effects: `select * replace (if(outcome = 'churn', 'worked', verdict) as verdict) from (${known.action_effects})
        union all select 'gift', 'Gift', 'customer', 'churn', -0.01, -0.02, -0.005, 0.2, 'worked', null`,
    });
    // A tenth fewer leave where four in ten would: a quarter of the leavers, none to a half of them.
    expect(await planted.rows("select * from what_to_do_first where item = 'c0'")).toMatchObject([
      { expected_value: 250, expected_value_low: 0, expected_value_high: 500, saved_share: 0.25 },
    ]);
  });

  it("is there without actions, frictions or customers", async () => {
    const nothing = (name: keyof typeof known) => `select * from (${known[name]}) where false`;
    const planted = await made({
      friction_points: nothing("friction_points"),
      customers_at_risk: nothing("customers_at_risk"),
      action_effects: nothing("action_effects"),
      actions: nothing("actions"),
    });
    expect(await planted.rows("select * from what_to_do_first")).toEqual([]);
  });
});
