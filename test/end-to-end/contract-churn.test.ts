import { describe, expect, it } from "vitest";
import { plant } from "../support/statements.js";

/** The date in question is 2 March; the horizon ends on 31 March, tonight. */
const parameters = { as_of: "2026-03-31", horizon_days: 29, snapshot_days: 29, snapshots: 2 };

/** customer, start, last day, notice -> what follows on 2 March: [why the customer is left out, or null; has churned, or null]. */
const contracts = [
  ["goes on", "2025-01-01", null, null, null, false],
  ["ends in the horizon", "2025-01-01", "2026-03-20", "2026-03-10", null, true],
  ["ends on its last day", "2025-01-01", "2026-03-31", "2026-03-10", null, true],
  ["ends after it", "2025-01-01", "2026-04-01", "2026-03-10", null, false],
  ["gave notice before", "2025-01-01", "2026-03-20", "2026-03-02", "notice_given", null],
  ["fixed term, no notice", "2025-01-01", "2026-03-20", null, null, true],
  ["ended before", "2025-01-01", "2026-03-01", "2026-01-10", "contract_ended", null],
  ["ends that evening", "2025-01-01", "2026-03-02", "2026-01-10", "contract_ended", null],
  ["starts later", "2026-03-03", null, null, "contract_not_started", null],
  ["starts that day", "2026-03-02", null, null, null, false],
  ["renews", "2025-01-01", "2026-03-20", "2026-03-10", null, false],
  ["renews", "2026-03-21", null, null, null, false],
] as const;

const sqlDate = (date: string | null) => (date === null ? "null::date" : `date '${date}'`);

async function world() {
  const rows = contracts.map(
    ([customer, start, end, notice], index) =>
      `select '${index}' as subscription_id, '${customer}' as customer_id, 'basic' as plan, 10.00 as monthly_price,
        ${sqlDate(start)} as started_on, ${sqlDate(end)} as ends_on, ${sqlDate(notice)} as notice_given_on`,
  );
  const planted = await plant(
    {
      subscriptions: rows.join(" union all "),
      customers:
        "select 'never had one' as customer_id union all select distinct customer_id from subscriptions",
      cases:
        "select 'goes on' as customer_id, timestamp '2026-03-02 10:00' as opened_at, timestamp '2026-03-03 10:00' as resolved_at",
    },
    parameters,
  );
  await planted.make("features/contract_spine.sql");
  await planted.rows("create table spine as from contract_spine");
  for (const file of [
    "features/contract_churn_labels",
    "features/contract_features",
    "marts/contract_churn_population",
  ])
    await planted.make(`${file}.sql`);
  return planted;
}

describe("contractual churn", () => {
  it("is an end within the horizon that no other contract follows", async () => {
    const { rows } = await world();
    const expected = [
      ...new Map(contracts.map(([customer, , , , left, churned]) => [customer, { left, churned }])),
    ]
      .filter(([, { left }]) => left === null)
      .map(([customer_id, { churned }]) => ({ customer_id, has_churned: churned, known_on: "2026-03-31" }))
      .sort((a, b) => a.customer_id.localeCompare(b.customer_id));
    expect(
      await rows(
        "select customer_id, has_churned, known_on from contract_churn_labels where as_of = '2026-03-02' order by customer_id",
      ),
    ).toEqual(expected);
  });

  it("is not known of anybody before the horizon has passed, though notice has been given", async () => {
    const { rows } = await world();
    expect(
      await rows(
        "select count(has_churned) as known, count(*) > 0 as asked from contract_churn_labels where as_of = '2026-03-31'",
      ),
    ).toEqual([{ known: 0, asked: true }]);
  });

  it("counts who is left out and why, and the counts add up to all customers", async () => {
    const { rows } = await world();
    expect(
      await rows(
        `select "group", reason, customers from contract_churn_population where as_of = '2026-03-02'`,
      ),
    ).toEqual([
      { group: "asked", reason: "active", customers: 7 },
      { group: "left out", reason: "contract_ended", customers: 2 },
      { group: "left out", reason: "contract_not_started", customers: 1 },
      { group: "left out", reason: "never_had_a_contract", customers: 1 },
      { group: "left out", reason: "notice_given", customers: 1 },
    ]);
    expect(
      await rows(
        "select as_of, sum(customers) as customers from contract_churn_population group by as_of order by as_of",
      ),
    ).toEqual([
      { as_of: "2026-03-02", customers: 12 },
      { as_of: "2026-03-31", customers: 12 },
    ]);
  });

  it("learns from what was known on the date", async () => {
    const { rows } = await world();
    expect(
      await rows(
        "select customer_id, tenure_days, contracts_so_far, contracts_running, open_complaints from contract_features where as_of = '2026-03-02' and customer_id in ('goes on', 'renews') order by customer_id",
      ),
    ).toEqual([
      {
        customer_id: "goes on",
        tenure_days: 425,
        contracts_so_far: 1,
        contracts_running: 1,
        open_complaints: 1,
      },
      {
        customer_id: "renews",
        tenure_days: 425,
        contracts_so_far: 1,
        contracts_running: 1,
        open_complaints: 0,
      },
    ]);
  });
});
