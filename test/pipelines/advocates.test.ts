import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";
import { emptyTables, transactionsOf } from "./empty-tables.js";

const parameters = { as_of: "2026-06-30", horizon_days: 90 };

async function segmentsOf(transactions: string) {
  const planted = await plant({ transactions }, parameters);
  await planted.make("features/orders.sql");
  await planted.make("marts/rfm_segments.sql");
  return planted.rows("select * from rfm_segments order by customer_id");
}

describe("RFM segments", () => {
  it("score fifths of customers by recency, frequency and monetary value", async () => {
    // Customer 0 bought five times for 50 each, last in June; customer 4 once for 10, last in January.
    const rows = await segmentsOf(
      transactionsOf(
        Array.from({ length: 5 }, (_, customer) =>
          Array.from({ length: 5 - customer }, (__, order) => ({
            customer: `c${customer}`,
            order: `o${customer}-${order}`,
            at: `2026-0${6 - customer}-0${order + 1} 10:00`,
            amount: 50 - 10 * customer,
          })),
        ).flat(),
      ),
    );
    expect(
      rows.map((row) => [row.recency_score, row.frequency_score, row.monetary_score, row.rfm_segment]),
    ).toEqual([
      [5, 5, 5, "champions"],
      [4, 4, 4, "loyal"],
      [3, 3, 3, "need_attention"],
      [2, 2, 2, "hibernating"],
      [1, 1, 1, "lost"],
    ]);
    expect(rows[0]).toMatchObject({ recency_days: 25, frequency: 5, monetary: 250 });
  });

  it("score customers who are all alike all alike", async () => {
    const rows = await segmentsOf(
      transactionsOf(
        ["a", "b", "c"].map((customer) => ({ customer, order: customer, at: "2026-06-01 10:00" })),
      ),
    );
    const [first] = rows;
    for (const row of rows) expect(row).toEqual({ ...first, customer_id: row.customer_id });
  });

  it("have one for a customer alone, and none where nobody bought", async () => {
    expect(
      await segmentsOf(transactionsOf([{ customer: "a", order: "o", at: "2026-06-01 10:00" }])),
    ).toHaveLength(1);
    expect(await segmentsOf(emptyTables.transactions)).toEqual([]);
  });
});

/** Ten customers, c9 the most attached; who recommends, who is content, who says they leave. */
const voices = {
  ...emptyTables,
  attachment_index: `select 'c' || i as customer_id, 50.0 + 5 * i as attachment, i / 9 as place, 'anchors' as weakest_part from range(10) as t(i)`,
  treatable_customers: "select 'c' || i as customer_id from range(10) as t(i) where i <> 7",
  customers_tonight: "select 'c' || i as customer_id, 100.0 as spend_365_days from range(10) as t(i)",
  feedback: `select 'f-' || customer_id as feedback_id, * from (values
      ('c9', timestamp '2026-06-01', 'survey', 'own', null::double, null::integer, 8, null::integer),
      ('c8', timestamp '2026-06-01', 'survey', 'own', null, null, 7, null),
      ('c7', timestamp '2026-06-01', 'survey', 'own', null, null, 10, null),
      ('c6', timestamp '2026-06-01', 'survey', 'own', null, null, 9, null),
      ('c5', timestamp '2026-06-01', 'review', 'own', 5, 5, null, null),
      ('c4', timestamp '2026-06-01', 'survey', 'own', null, null, 8, null),
      ('c3', timestamp '2026-06-01', 'survey', 'own', null, null, 10, null),
      ('c2', timestamp '2024-06-01', 'survey', 'own', null, null, 10, null),
      ('c1', timestamp '2026-06-01', 'survey', 'own', null, null, 2, null)
    ) as t (customer_id, occurred_at, source, brand, rating, rating_scale, nps, csat)`,
  driver_experiences: `select 'c9' as customer_id, timestamp '2026-05-01' as occurred_at, 'delivery' as driver, 'met' as basis, -1.0 as value`,
};

async function advocatesOf(replaced: Partial<Record<keyof typeof voices, string>> = {}) {
  const planted = await plant({ ...voices, ...replaced }, parameters);
  await planted.make("marts/advocates.sql");
  return planted.rows("select customer_id, status, held_back_by_it from advocates");
}

describe("advocates", () => {
  it("recommend by word and are attached by deed; who is content and as attached could become one", async () => {
    expect(await advocatesOf()).toEqual([
      { customer_id: "c6", status: "advocate", held_back_by_it: null },
      { customer_id: "c5", status: "advocate", held_back_by_it: null },
      { customer_id: "c9", status: "could_become_one", held_back_by_it: "consegna" },
      { customer_id: "c8", status: "could_become_one", held_back_by_it: null },
    ]);
  });

  it("are not those with an open complaint, nor those who say they leave", async () => {
    const rows = await advocatesOf({
      cases:
        "select 'c8' as customer_id, timestamp '2026-06-20' as opened_at, null::timestamp as resolved_at",
      feedback_signs: "select 'f-c6' as feedback_id, false as recommends, true as speaks_of_leaving",
    });
    expect(rows.map(({ customer_id }) => customer_id)).toEqual(["c5", "c9"]);
  });

  it("are none where nobody says anything", async () => {
    expect(await advocatesOf({ feedback: `select * from (${voices.feedback}) where false` })).toEqual([]);
  });
});

describe("valuable customers at risk", () => {
  it("are of the best fifth, more at risk than half of it, with the last thing that went wrong", async () => {
    const planted = await plant(
      {
        ...voices,
        customers_at_risk: `select 'c' || i as customer_id, i / 10 as churn_probability, 1000.0 as yearly_spend, 100.0 * i as revenue_at_risk from range(10) as t(i)`,
        rfm_segments: `select 'c' || i as customer_id, case when i >= 7 then 5 else 3 end as monetary_score, 'loyal' as rfm_segment from range(10) as t(i)`,
        lifetime_value: "select 'c9' as customer_id, 400.0 as expected_value",
        attachment_index:
          "select 'c9' as customer_id, 70.0 as attachment, -5.0 as change, 'anchors' as weakest_part",
      },
      parameters,
    );
    await planted.make("marts/valuable_customers_at_risk.sql");
    expect(
      await planted.rows(
        "select customer_id, last_problem, expected_value, attachment_change from valuable_customers_at_risk",
      ),
    ).toEqual([{ customer_id: "c9", last_problem: "delivery", expected_value: 400, attachment_change: -5 }]);
  });
});
