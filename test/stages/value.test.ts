import { describe, expect, it } from "vitest";
import { mistake } from "../support/errors.js";
import { testProject } from "../support/project.js";
import { ask, run } from "../support/run.js";
import { csv, purchasesWorld, type Purchase } from "./purchases-world.js";

const world = purchasesWorld(400, "value");

function shop(purchases: readonly Purchase[]) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
params:
  as_of: { type: date, default: latest }
stages:
  sales: { load: data/inbox/sales.csv, contract: contracts/sales.yaml }
  purchases: { sql: sql/purchases.sql }
  lifetime_value: { value: models/lifetime_value.yaml }
`,
    "pipelines/contracts/sales.yaml": `event_at: day
known_at: day
columns:
  customer: { type: varchar }
  day: { type: date, required: true }
  amount: { type: "decimal(12,2)", required: true }
`,
    "pipelines/sql/purchases.sql":
      "select customer as customer_id, day as purchased_on, amount from sales where day <= $as_of::date\n",
    "models/lifetime_value.yaml": `kind: lifetime_value
purchases: { table: purchases, customer: customer_id, date: purchased_on, amount: amount }
families: [bg_nbd, mbg_nbd]
horizon_days: 90
holdout_weeks: 13
`,
    "data/inbox/sales.csv": csv(purchases),
  });
}

describe("lifetime value in a pipeline", () => {
  it("says of every customer who bought what is to be expected, with both kinds of interval", async () => {
    const project = shop(world);
    await run(project, "as_of=2025-12-31");
    const bought = new Set(world.map(({ customer }) => customer)).size;
    expect(
      await ask(
        project,
        `select count(*) as n,
          bool_and(probability_alive between probability_alive_parameter_low and probability_alive_parameter_high) as alive,
          bool_and(expected_purchases between expected_purchases_parameter_low and expected_purchases_parameter_high) as expected,
          bool_and(purchases_prediction_low <= purchases_prediction_high) as predicted,
          bool_and(expected_value between expected_value_parameter_low and expected_value_parameter_high) as value,
          bool_and(value_prediction_low <= value_prediction_high) as spent,
          min(as_of)::varchar as as_of
        from lifetime_value`,
      ),
    ).toEqual([
      {
        n: bought,
        alive: true,
        expected: true,
        predicted: true,
        value: true,
        spent: true,
        as_of: "2025-12-31",
      },
    ]);
    const [model] = await ask(project, "select * from lifetime_value_model");
    expect(model).toMatchObject({
      status: "fitted",
      reason: null,
      horizon_days: 90,
      customers: bought,
      holdout_weeks: 13,
    });
    expect(model?.log_likelihood).toBeLessThan(0);
    expect(await ask(project, "select family, status from lifetime_value_families order by family")).toEqual([
      { family: "bg_nbd", status: "fitted" },
      { family: "mbg_nbd", status: "fitted" },
    ]);
  });

  it("follows the repeat purchases week by week, the held-out ones too", async () => {
    const project = shop(world);
    await run(project, "as_of=2025-12-31");
    const weeks = await ask(
      project,
      "select week, is_held_out, actual, expected from lifetime_value_fit order by week",
    );
    const days = (Date.parse("2025-12-31") - Date.parse(world[0]!.day)) / 86_400_000 + 1;
    expect(weeks).toHaveLength(Math.floor(days / 7));
    expect(weeks.filter(({ is_held_out }) => is_held_out)).toHaveLength(13);
    const { actual, expected } = weeks.at(-14) ?? {};
    expect(Math.abs(Number(expected) / Number(actual) - 1)).toBeLessThan(0.1);
    const [held] = await ask(project, "select sum(customers) as customers from lifetime_value_holdout");
    expect(held?.customers).toBeGreaterThan(250);
  });

  it("knows nothing of what comes after its date, and says the same twice", async () => {
    const known = shop(world.filter(({ day }) => day <= "2025-06-30"));
    const all = shop(world);
    await run(known, "as_of=2025-06-30");
    await run(all, "as_of=2025-06-30");
    const everything = "select * from lifetime_value order by customer_id";
    expect(await ask(all, everything)).toEqual(await ask(known, everything));
    expect(await ask(all, "select * from lifetime_value_fit order by week")).toEqual(
      await ask(known, "select * from lifetime_value_fit order by week"),
    );
  });

  it("refuses in words where hardly anybody came back, and the run goes on", async () => {
    const seen = new Set<string>();
    const once = world.filter(({ customer }) => !seen.has(customer) && seen.add(customer));
    const project = shop(once);
    const { notices } = await run(project);
    const reason = `0 of ${once.length} customers bought on more than one day, fewer than 30`;
    expect(await ask(project, "select status, reason, family from lifetime_value_model")).toEqual([
      { status: "refused", reason, family: null },
    ]);
    expect(await ask(project, "select count(*) as n from lifetime_value")).toEqual([{ n: 0 }]);
    expect(notices).toContain(`lifetime_value: no model of purchases: ${reason}`);
  });

  it("leaves out returns and rows without a customer, and says how many", async () => {
    const odd: Purchase[] = [
      { customer: "c1", day: "2025-12-30", amount: "-5.00" },
      { customer: "", day: "2025-12-30", amount: "5.00" },
    ];
    const [plain, mixed] = [shop(world), shop([...world, ...odd])];
    await run(plain, "as_of=2025-12-31");
    const { notices } = await run(mixed, "as_of=2025-12-31");
    const all = "select * from lifetime_value order by customer_id";
    expect(await ask(mixed, all)).toEqual(await ask(plain, all));
    expect(notices).toContain("lifetime_value: 1 rows without a customer are left out");
    expect(notices).toContain("lifetime_value: 1 returns (rows with an amount below zero) are left out");
  });

  it("names the column that the table does not have, and where it is asked for", async () => {
    const project = shop(world.slice(0, 50));
    project.replace("models/lifetime_value.yaml", "amount: amount", "amount: amuont");
    const error = await mistake(run(project));
    expect(error.describe()).toContain("models/lifetime_value.yaml:2:");
    expect(error.describe()).toContain("the table purchases has no column amuont");
    expect(error.describe()).toContain("amount");
  });
});
