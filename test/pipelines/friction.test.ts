import { afterEach, describe, expect, it } from "vitest";
import { records } from "../../src/result.js";
import type { SqlFiles } from "./files.js";
import { make, order, plant, type Planted } from "./friction-tables.js";

let files: SqlFiles | undefined;

afterEach(() => {
  files?.close();
  files = undefined;
});

async function ask(sql: string) {
  if (!files) throw new Error("nothing is planted");
  return records(await files.session.query(sql));
}

function delivery(id: string, customer: string, day: string, promised: string, delivered?: string): Planted {
  const carried = { carrier: "V1", promised_on: promised };
  return order(
    id,
    customer,
    day,
    delivered === undefined ? carried : { ...carried, delivered_at: delivered },
  );
}

describe("friction exposures", () => {
  it("count a late delivery when it comes, and from the day after the promise while it does not", async () => {
    files = await plant({
      transactions: [
        delivery("late", "a", "2026-03-01", "2026-03-05", "2026-03-08 12:00:00"),
        delivery("overdue", "b", "2026-06-20", "2026-06-25"),
        delivery("on time", "c", "2026-03-01", "2026-03-05", "2026-03-05 18:00:00"),
        delivery("not yet due", "d", "2026-06-28", "2026-07-02"),
        delivery("known later", "e", "2026-06-20", "2026-06-24", "2026-07-01 09:00:00"),
      ],
    });
    await make(files, "orders", "friction_exposures");
    expect(await ask("select order_id, occurred_at::varchar as at, carrier from friction_exposures")).toEqual(
      [
        { order_id: "late", at: "2026-03-08 12:00:00", carrier: "V1" },
        { order_id: "overdue", at: "2026-06-26 00:00:00", carrier: "V1" },
        { order_id: "known later", at: "2026-06-25 00:00:00", carrier: "V1" },
      ],
    );
  });

  it("take complaints for topics that no event shows, and say so", async () => {
    const message = { source: "ticket", brand: "own", customer_id: "a", occurred_at: "2026-05-01 09:00:00" };
    files = await plant({
      customers: [{ customer_id: "a", segment: "family", registered_at: "2025-01-01" }],
      transactions: [order("o", "a", "2026-04-20")],
      feedback: [
        { ...message, feedback_id: "rude" },
        { ...message, feedback_id: "late" },
        { ...message, feedback_id: "kind" },
        { ...message, feedback_id: "rival", brand: "Rivale A" },
      ],
      feedback_topics: [
        { feedback_id: "rude", topic: "staff", sentiment: -0.8 },
        { feedback_id: "late", topic: "delivery", sentiment: -0.9 },
        { feedback_id: "kind", topic: "staff", sentiment: 0.7 },
        { feedback_id: "rival", topic: "staff", sentiment: -0.7 },
      ],
    });
    await make(files, "orders", "friction_exposures");
    expect(await ask("select friction, exposure, order_id, segment from friction_exposures")).toEqual([
      { friction: "staff", exposure: "mention", order_id: "o", segment: "family" },
    ]);
  });
});

describe("the friction cohort", () => {
  const transactions = [
    delivery("1", "late", "2026-01-01", "2026-01-04", "2026-01-11 10:00:00"),
    delivery("2", "late", "2026-02-01", "2026-02-04", "2026-02-03 10:00:00"),
    delivery("3", "calm", "2026-01-05", "2026-01-08", "2026-01-07 10:00:00"),
    delivery("4", "recent", "2026-05-01", "2026-05-04", "2026-05-09 10:00:00"),
    delivery("5", "recent", "2026-06-01", "2026-06-04", "2026-06-03 10:00:00"),
    delivery("6", "calm again", "2026-06-01", "2026-06-04", "2026-06-03 10:00:00"),
    delivery("7", "before", "2025-12-01", "2025-12-04", "2025-12-03 10:00:00"),
    delivery("8", "before", "2026-03-01", "2026-03-04", "2026-03-11 10:00:00"),
  ];

  it("watches everybody from as long after the order, and knows no outcome before its time", async () => {
    files = await plant({ transactions });
    await make(files, "orders", "friction_exposures", "friction_cohort");
    const rows = await ask(`select customer_id, is_exposed, watched_from::varchar as at, has_churned
      from friction_cohort where friction = 'late_delivery' order by is_exposed desc, customer_id`);
    const exposed = rows.filter((row) => row.is_exposed);
    expect(exposed).toEqual([
      { customer_id: "before", is_exposed: true, at: "2026-03-11 10:00:00", has_churned: true },
      { customer_id: "late", is_exposed: true, at: "2026-01-11 10:00:00", has_churned: false },
      { customer_id: "recent", is_exposed: true, at: "2026-05-09 10:00:00", has_churned: null },
    ]);
    const lags = new Set(["2026-01-13 10:00:00", "2026-01-15 10:00:00"]);
    const calm = rows.find((row) => row.customer_id === "calm");
    expect(calm).toMatchObject({ is_exposed: false, has_churned: true });
    expect(lags).toContain(calm?.at);
    // Met it later, but not until watching began; and too young to be watched whole.
    expect(rows.filter((row) => row.customer_id === "before" && !row.is_exposed)).toHaveLength(1);
    expect(rows.some((row) => row.customer_id === "calm again")).toBe(false);
    expect(rows.some((row) => row.customer_id === "late" && !row.is_exposed)).toBe(false);
  });

  it("takes facts from before watching begins, whatever comes later", async () => {
    files = await plant({ transactions });
    await make(files, "orders", "friction_exposures", "friction_cohort");
    const facts = `select log_orders, log_days_since_order, spend_365_days from friction_cohort
      where friction = 'late_delivery' and is_exposed and customer_id = 'late'`;
    const before = await ask(facts);
    expect(before).toEqual([
      { log_orders: 0, log_days_since_order: Number(Math.log(11).toFixed(4)), spend_365_days: 50 },
    ]);
    files.close();
    files = await plant({
      transactions: [...transactions, order("9", "late", "2026-01-12", { amount: 900 })],
    });
    await make(files, "orders", "friction_exposures", "friction_cohort");
    expect(await ask(facts)).toEqual(before);
  });

  it("leaves out who had stopped buying long before", async () => {
    const refund = { stage: "support", channel: "email", kind: "refund", outcome: "problem" };
    files = await plant({
      transactions: [order("1", "gone", "2025-08-01"), order("2", "there", "2026-01-01")],
      touchpoints: [
        { ...refund, touchpoint_id: "x", customer_id: "gone", occurred_at: "2026-03-01", order_id: "1" },
        { ...refund, touchpoint_id: "y", customer_id: "there", occurred_at: "2026-03-01", order_id: "2" },
      ],
    });
    await make(files, "orders", "friction_exposures", "friction_cohort");
    expect(await ask("select customer_id from friction_cohort where is_exposed")).toEqual([
      { customer_id: "there" },
    ]);
  });
});

describe("what the exposed share", () => {
  /** Orders of a hundred customers in a month; which of them are late, by carrier. */
  function deliveries(lateOf: Record<string, number>): Planted[] {
    return Object.entries(lateOf).flatMap(([carrier, late]) =>
      Array.from({ length: 100 }, (_, i) => ({
        ...delivery(
          `${carrier}-${i}`,
          `c${i}`,
          "2026-05-01",
          "2026-05-04",
          i < late ? "2026-05-08 10:00:00" : "2026-05-03 10:00:00",
        ),
        carrier,
      })),
    );
  }

  it("is systemic where one carrier is late far more often than chance", async () => {
    files = await plant({ transactions: deliveries({ V1: 3, V2: 5, V3: 60 }) });
    await make(files, "orders", "friction_exposures", "friction_shares");
    expect(
      await ask(
        "select shared_by, shared_value, exposures, at_risk, rate_ratio from friction_shares where rank = 1",
      ),
    ).toEqual([
      {
        shared_by: "carrier",
        shared_value: "V3",
        exposures: 60,
        at_risk: 100,
        // (60.5 / 100.5) / (8.5 / 200.5): rates with half a case added.
        rate_ratio: 14.2,
      },
    ]);
  });

  it("is nothing where carriers differ by chance alone", async () => {
    files = await plant({ transactions: deliveries({ V1: 12, V2: 9, V3: 18 }) });
    await make(files, "orders", "friction_exposures", "friction_shares");
    expect(await ask("select * from friction_shares where is_systemic")).toEqual([]);
  });
});

describe("friction points", () => {
  const all = [
    "orders",
    "friction_exposures",
    "friction_cohort",
    "friction_shares",
    "friction_voices",
    "topic_names",
    "friction_points",
  ] as const;

  it("are there with a reason where there are no data at all", async () => {
    files = await plant();
    await make(files, ...all);
    const rows = await ask(
      "select friction, exposure, customers, churn_effect, revenue_at_risk, caveat, severity, felt_caveat from friction_points",
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(row).toMatchObject({
        customers: 0,
        churn_effect: null,
        revenue_at_risk: null,
        caveat: "nobody met it in the last year",
        severity: null,
        felt_caveat:
          "trend: fewer than 3 customers touched before; sentiment: fewer than 3 messages; severity: fewer than 3 answers; " +
          "effort: fewer than 3 answers; complaint_share: fewer than 3 exposures",
      });
    }
    expect(rows.find(({ friction }) => friction === "late_delivery")?.exposure).toBe("event");
    expect(rows.find(({ friction }) => friction === "staff")?.exposure).toBe("mention");
  });

  it("give one customer's friction without an effect, and say why", async () => {
    files = await plant({
      transactions: [delivery("1", "a", "2026-01-01", "2026-01-04", "2026-01-11 10:00:00")],
      friction_effect: [
        { friction: "late_delivery", status: "nobody to compare with", exposed: 1, compared: 0 },
      ],
    });
    await make(files, ...all);
    expect(
      await ask(
        "select customers, churn_effect, pattern, caveat from friction_points where friction = 'late_delivery'",
      ),
    ).toEqual([{ customers: 1, churn_effect: null, pattern: null, caveat: "nobody to compare with" }]);
  });

  it("count revenue at risk over those who met it first within the year, and never below nothing", async () => {
    files = await plant({
      transactions: [
        delivery("1", "a", "2026-01-01", "2026-01-04", "2026-01-11 10:00:00"),
        delivery("2", "b", "2026-01-01", "2026-01-04", "2026-01-11 10:00:00"),
        delivery("3", "long ago", "2025-01-01", "2025-01-04", "2025-01-11 10:00:00"),
        delivery("4", "long ago", "2026-01-01", "2026-01-04", "2026-01-11 10:00:00"),
      ],
      friction_effect: [
        {
          friction: "late_delivery",
          status: "estimated",
          exposed: 40,
          compared: 100,
          effect: 0.2,
          effect_low: -0.1,
          effect_high: 0.5,
          overlap: 1,
          value_effect: 12.5,
          value_effect_low: -6,
          value_effect_high: 30,
        },
      ],
    });
    await make(files, ...all);
    expect(
      await ask(`select customers, first_customers, revenue_at_risk, revenue_at_risk_low, revenue_at_risk_high
        from friction_points where friction = 'late_delivery'`),
    ).toEqual([
      {
        customers: 3,
        first_customers: 2,
        revenue_at_risk: 25,
        revenue_at_risk_low: 0,
        revenue_at_risk_high: 60,
      },
    ]);
  });
});
