import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logisticRegression } from "./logistic.js";
import { aucOf, makeWorld, minutes, type World } from "./world.js";

describe("how customers of a sample world behave", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld({ customers: 5000, seed: 5 });
    await world.session.execute(`
      create table active as
      select true_customers.*
      from true_customers
      semi join transactions
        on transactions.customer_id = true_customers.customer_id
        and kind = 'purchase' and occurred_at::date between as_of - 180 and as_of`);
  }, minutes);
  afterAll(() => world.close());

  it("between a quarter and two fifths of those who bought lately do not come back in ninety days", async () => {
    const rate = await world.number("select avg(is_churned::integer) from active");
    expect(rate).toBeGreaterThan(0.25);
    expect(rate).toBeLessThan(0.4);
  });

  it("states churn labels that the transactions bear out", async () => {
    const wrong = await world.number(`
      with bought as (
        select as_of, true_customers.customer_id, any_value(is_churned) as is_churned, count(transaction_id) = 0 as is_gone
        from true_customers
        left join transactions
          on transactions.customer_id = true_customers.customer_id and kind = 'purchase'
          and occurred_at::date > as_of and occurred_at::date <= as_of + 90
        where as_of <= date '2026-10-31' - 90
        group by all
      )
      select avg((is_churned <> is_gone)::integer) from bought`);
    // A few purchases are anonymous in the data.
    expect(wrong).toBeLessThan(0.02);
  });

  it("states churn probabilities that come true", async () => {
    const tenths = await world.rows(`
      select count(*) as customers, avg(churn_probability) as stated, avg(is_churned::integer) as seen
      from true_customers group by floor(churn_probability * 9.999)`);
    for (const { customers, stated, seen } of tenths) {
      const deviation = Math.sqrt(0.25 / Number(customers));
      expect(Math.abs(Number(stated) - Number(seen))).toBeLessThan(0.02 + 4 * deviation);
    }
  });

  it("is neither trivial nor hopeless: a linear model on true features reaches an AUC of 0.80 to 0.88", async () => {
    const features =
      "ln(purchases_per_year), purchases_due, ln(1 + purchases_due), leave_chance, satisfaction";
    const fit = await rowsOf(
      world,
      `select is_churned::integer, ${features} from active where as_of < '2026-06-01'`,
    );
    const test = await rowsOf(
      world,
      `select is_churned::integer, ${features} from active where as_of between '2026-06-01' and '2026-09-01'`,
    );
    const predict = logisticRegression(fit.features, fit.labels);
    await world.session.insert("predicted", [
      { name: "score", type: "number", values: Float64Array.from(test.features, predict) },
      { name: "label", type: "number", values: Float64Array.from(test.labels) },
    ]);
    const auc = await world.number(aucOf("predicted", "score", "label = 1"));
    expect(auc).toBeGreaterThan(0.8);
    expect(auc).toBeLessThan(0.88);
  });

  it("sells more in December than in August", async () => {
    const [december, august] = await Promise.all(
      [12, 8].map((month) =>
        world.number(
          `select count(*) from transactions where month(occurred_at) = ${month} and year(occurred_at) = 2025`,
        ),
      ),
    );
    expect(december).toBeGreaterThan(1.2 * (august ?? 0));
  });

  it("gives some people several records, some of them under a mistyped address", async () => {
    const share = await world.number("select avg(is_duplicate::integer) from true_identities");
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.04);
    const shared = await world.number(
      "select count(*) from (select phone from customers where phone is not null group by phone having count(*) > 1)",
    );
    expect(shared).toBeGreaterThan(50);
  });
});

async function rowsOf(world: World, sql: string): Promise<{ features: number[][]; labels: number[] }> {
  const { n, d, data } = await world.session.matrix(sql);
  const rows = Array.from({ length: n }, (_, row) => Array.from(data.subarray(row * d, (row + 1) * d)));
  return { features: rows.map((row) => row.slice(1)), labels: rows.map((row) => row[0] ?? 0) };
}
