import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";
import { emptyTables, transactionsOf, type Purchase } from "./empty-tables.js";

const parameters = { as_of: "2026-12-31", horizon_days: 90 };

/** Ann buys every month, all as promised; Bob's deliveries come late, he sends things back and stays away. */
const purchases: Purchase[] = [
  ...Array.from({ length: 12 }, (_, month): Purchase => {
    const day = `2026-${String(month + 1).padStart(2, "0")}`;
    return {
      customer: "ann",
      order: `a${month}`,
      at: `${day}-05 10:00`,
      category: month % 2 === 0 ? "rugs" : "lamps",
      promised: `${day}-09`,
      delivered: `${day}-08 12:00`,
    };
  }),
  ...[1, 4, 7].map((month): Purchase => ({
    customer: "bob",
    order: `b${month}`,
    at: `2026-0${month}-05 10:00`,
    amount: 8,
    discount: 8,
    promised: `2026-0${month}-09`,
    delivered: `2026-0${month}-15 12:00`,
  })),
  { customer: "bob", order: "b7", at: "2026-07-20 10:00", kind: "return", amount: -8 },
];

const tables = {
  ...emptyTables,
  transactions: transactionsOf(purchases),
  spine: `select unnest(['ann', 'bob', 'ann', 'bob', 'ann', 'bob']) as customer_id,
    unnest([date '2026-12-31', date '2026-12-31', date '2026-09-17', date '2026-09-17', date '2026-06-01', date '2026-06-01']) as as_of`,
};

async function made(replaced: Partial<Record<keyof typeof tables, string>> = {}) {
  const planted = await plant({ ...tables, ...replaced }, parameters);
  for (const file of [
    "features/orders",
    "features/attachment_spine",
    "features/attachment_moments",
    "features/attachment_facts",
    "marts/attachment_index",
  ]) {
    await planted.make(`${file}.sql`);
  }
  return planted;
}

describe("attachment", () => {
  it("counts what customers did in four parts from 0 to 100", async () => {
    const planted = await made();
    const [ann, bob] = await planted.rows(
      "select * from attachment_facts where role = 'tonight' order by customer_id",
    );
    expect(ann).toMatchObject({
      // Deliveries of January to September; each was followed by the next month's order.
      good_moments: 9,
      returns_after: 9,
      promises: 12,
      promises_kept: 12,
      orders: 12,
      regretted_orders: 0,
      breadth: 1,
      full_price: 1,
    });
    expect(bob).toMatchObject({
      good_moments: 0,
      promises: 3,
      promises_kept: 0,
      orders: 3,
      regretted_orders: 1,
      full_price: 0.5,
      breadth: Number((Math.log(2) / Math.log(3)).toFixed(4)),
    });
    // Of few occasions, shares are drawn towards the usual one: 12 of 15 promises were kept, 14 of 15 orders not regretted.
    expect(bob?.no_regret).toBeCloseTo((100 * (2 + 2 * (14 / 15))) / 5, 2);
    expect(ann?.no_regret).toBeCloseTo((100 * (12 + 2 * (14 / 15))) / 14, 2);
    expect(ann?.attachment).toBeGreaterThan(Number(bob?.attachment));
  });

  it("knows who bought again on past dates, and not tonight", async () => {
    const planted = await made();
    expect(
      await planted.rows(
        "select role, customer_id, buys_again from attachment_facts order by as_of, customer_id",
      ),
    ).toEqual([
      { role: "training", customer_id: "ann", buys_again: true },
      { role: "training", customer_id: "bob", buys_again: true },
      { role: "test", customer_id: "ann", buys_again: true },
      { role: "test", customer_id: "bob", buys_again: false },
      { role: "tonight", customer_id: "ann", buys_again: null },
      { role: "tonight", customer_id: "bob", buys_again: null },
    ]);
  });

  it("does not change at a date by anything that happens after it, but for what is to be predicted", async () => {
    const past =
      "select * exclude (buys_again) from attachment_facts where role <> 'tonight' order by as_of, customer_id";
    const before = await (await made()).rows(past);
    const after = await made({
      transactions: transactionsOf([
        ...purchases,
        { customer: "bob", order: "b9", at: "2026-10-05 10:00", category: "chairs" },
        { customer: "ann", order: "a8", at: "2026-10-01 10:00", kind: "return", amount: -10 },
      ]),
      cases: `select 'c' as case_id, 'ann' as customer_id, 'a8' as order_id, null as feedback_id, timestamp '2026-09-20' as opened_at,
        timestamp '2026-09-25' as promised_by, null::timestamp as acknowledged_at, null::timestamp as resolved_at, null::timestamp as reopened_at`,
      touchpoints: `select 't' as touchpoint_id, 'ann' as customer_id, timestamp '2026-09-18 00:00' as occurred_at, 'support' as stage,
        'phone' as channel, 'call' as kind, 'problem' as outcome`,
    });
    expect(await after.rows(past)).toEqual(before);
    expect(
      await after.rows("select buys_again from attachment_facts where role = 'test' and customer_id = 'bob'"),
    ).toEqual([{ buys_again: true }]);
  });

  it("counts a change of channel to get help as effort", async () => {
    const planted = await made({
      touchpoints: `select 't' || i as touchpoint_id, 'ann' as customer_id, timestamp '2026-12-01' + to_days(i::integer) as occurred_at,
        'support' as stage, ['phone', 'web', 'web', 'store'][i::integer + 1] as channel, 'call' as kind, 'ok' as outcome from range(4) as t(i)`,
    });
    expect(
      await planted.rows(
        "select support_contacts, channel_switches, steps, smooth_steps from attachment_facts where role = 'tonight' and customer_id = 'ann'",
      ),
    ).toEqual([{ support_contacts: 4, channel_switches: 2, steps: 4, smooth_steps: 4 }]);
  });

  it("says how each customer's has moved, where it stands and which part is weakest", async () => {
    const planted = await made();
    expect(
      await planted.rows(
        "select customer_id, place, weakest_part, compared_with::varchar as compared_with, change < 0 as fell from attachment_index",
      ),
    ).toEqual([
      {
        customer_id: "ann",
        place: 1,
        weakest_part: expect.any(String) as string,
        compared_with: "2026-09-17",
        fell: false,
      },
      { customer_id: "bob", place: 0, weakest_part: "no_regret", compared_with: "2026-09-17", fell: true },
    ]);
  });

  it("has a value for a single customer with a single order, and no row where there is nobody", async () => {
    const alone = await made({
      transactions: transactionsOf([{ customer: "ann", order: "o", at: "2026-12-30 10:00" }]),
      spine: "select 'ann' as customer_id, date '2026-12-31' as as_of",
    });
    const [only] = await alone.rows("select * from attachment_index");
    expect(only).toMatchObject({ place: 0, change: null, good_moments: 0 });
    expect(only?.attachment).toBeGreaterThan(0);
    expect(only?.attachment).toBeLessThanOrEqual(100);
    const nobody = await made({
      transactions: emptyTables.transactions,
      spine: "select null::varchar as customer_id, null::date as as_of where false",
    });
    expect(await nobody.rows("select * from attachment_index")).toEqual([]);
  });
});
