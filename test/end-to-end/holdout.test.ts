import { describe, expect, it } from "vitest";
import { cellText } from "../../src/result.js";
import { mistake } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { ask, run, type Row } from "../support/run.js";
import { plant, statementText } from "../support/statements.js";

const members = "select customer_id, assigned_on from holdout order by customer_id";

function customers(from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, index) => `c${from + index},2025-01-01 00:00:00`);
  return `customer_id,registered_at\n${rows.join("\n")}\n`;
}

const otherLists = ["valuable_customers_at_risk", "advocates", "silent_unhappy", "what_to_do_first"];

/** The hold-out of the nightly pipeline, with 2,000 customers and a list of all whom lists may name. */
function shop(): Project {
  const statements = ["features/known_customers", "marts/holdout", "marts/treatable_customers"];
  return testProject({
    "pipelines/nightly.yaml": `name: shop
params:
  as_of: { type: date, default: latest }
  holdout_percent: { type: number, default: 5 }
  holdout_salt: { type: string, default: ancora }
stages:
  customers: { load: data/customers*.csv, contract: contracts/customers.yaml }
  transactions: { load: data/transactions.csv, contract: contracts/transactions.yaml }
  known_customers: { sql: sql/features/known_customers.sql }
  holdout:
    sql: sql/marts/holdout.sql
    history: { columns: { customer_id: varchar, assigned_on: date }, rerun: keep }
  treatable_customers: { sql: sql/marts/treatable_customers.sql }
  customers_at_risk: { sql: sql/marts/customers_at_risk.sql }
${otherLists.map((name) => `  ${name}: { sql: sql/marts/${name}.sql }`).join("\n")}
  nobody_held_out_is_listed: { check: sql/checks/nobody_held_out_is_listed.sql, description: Leave them out. }
`,
    "pipelines/contracts/customers.yaml": `key: [customer_id]
event_at: registered_at
columns: { customer_id: { type: varchar }, registered_at: { type: timestamp } }
`,
    "pipelines/contracts/transactions.yaml": `event_at: occurred_at
columns: { customer_id: { type: varchar }, occurred_at: { type: timestamp } }
`,
    ...Object.fromEntries(
      statements.map((name) => [`pipelines/sql/${name}.sql`, statementText(`${name}.sql`)]),
    ),
    "pipelines/sql/checks/nobody_held_out_is_listed.sql": statementText(
      "checks/nobody_held_out_is_listed.sql",
    ),
    ...Object.fromEntries(
      otherLists.map((name) => [
        `pipelines/sql/marts/${name}.sql`,
        "select customer_id, customer_id as item, 'customer' as kind from customers_at_risk\n",
      ]),
    ),
    "pipelines/sql/marts/customers_at_risk.sql":
      "select customer_id from customers join treatable_customers using (customer_id)\n",
    "data/customers-1.csv": customers(0, 2000),
    "data/transactions.csv": "customer_id,occurred_at\nguest,2026-03-01 10:00:00\n,2026-03-01 11:00:00\n",
  });
}

const ids = (rows: Row[]) => rows.map(({ customer_id }) => cellText(customer_id));

describe("the hold-out", () => {
  it("is drawn once: customers come and nights pass, and its members stay, with the night on which they were assigned", async () => {
    const project = shop();
    await run(project, "as_of=2026-03-01");
    const first = await ask(project, members);
    project.write("data/customers-2.csv", customers(2000, 3000));
    await run(project, "as_of=2026-03-02");
    const second = await ask(project, members);
    expect(second).toEqual(expect.arrayContaining(first));
    const added = second.filter(({ assigned_on }) => assigned_on === "2026-03-02");
    expect(added).toHaveLength(second.length - first.length);
    expect(added.every(({ customer_id }) => Number(cellText(customer_id).slice(1)) >= 2000)).toBe(true);
    await run(project, "as_of=2026-03-09");
    expect(await ask(project, members)).toEqual(second);
    expect(await ask(project, "select distinct as_of from history.holdout order by as_of")).toHaveLength(3);
  });

  it("is on no list: all other customers are treatable, those without a line in the CRM as well", async () => {
    const project = shop();
    await run(project, "as_of=2026-03-01");
    expect(
      await ask(project, "select count(*) as n from treatable_customers join holdout using (customer_id)"),
    ).toEqual([{ n: 0 }]);
    expect(
      await ask(
        project,
        "select (select count(*) from treatable_customers) + (select count(*) from holdout) as n",
      ),
    ).toEqual([{ n: 2001 }]);
    project.write("pipelines/sql/marts/customers_at_risk.sql", "select customer_id from customers\n");
    const found = await mistake(run(project, "as_of=2026-03-01"));
    expect(found.message).toContain("check nobody_held_out_is_listed found");
  });

  it("takes its share, whatever is known of the customers, and another percentage moves the edge alone", async () => {
    const world = {
      known_customers: "select 'c' || i as customer_id from range(20000) as r(i)",
      "history.holdout": "select null::varchar as customer_id, null::date as assigned_on limit 0",
    };
    const drawn = async (percent: number, salt = "ancora") => {
      const { make, rows } = await plant(world, {
        as_of: "2026-03-01",
        holdout_percent: percent,
        holdout_salt: salt,
      });
      await make("marts/holdout.sql");
      return ids(await rows(members));
    };
    const [three, five, eight] = [await drawn(3), await drawn(5), await drawn(8)];
    // Four standard deviations of a binomial of 20,000 at 5%.
    expect(Math.abs(five.length - 1000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.05 * 0.95));
    expect(three.filter((id) => !five.includes(id))).toEqual([]);
    expect(five.filter((id) => !eight.includes(id))).toEqual([]);
    const position = five.map((id) => Number(id.slice(1))).reduce((sum, id) => sum + id, 0) / five.length;
    // The mean of 1,000 numbers up to 20,000, within four standard errors.
    expect(Math.abs(position - 10_000)).toBeLessThan((4 * 20_000) / Math.sqrt(12 * 1000));
    const other = new Set(await drawn(5, "another"));
    expect(five.filter((id) => other.has(id)).length / five.length).toBeLessThan(0.1);
    expect(await drawn(0)).toEqual([]);
    expect(await drawn(100)).toHaveLength(20_000);
  });
});

describe("who is asked about churn", () => {
  it("is told with who is left out and why, and the counts add up to all customers", async () => {
    const { make, rows } = await plant(
      {
        customers: `select * from (values ('active', timestamp '2025-01-01'), ('lost', timestamp '2025-01-01'),
          ('never', timestamp '2025-01-01'), ('new', timestamp '2026-03-02')) as t(customer_id, registered_at)`,
        transactions: `select * from (values ('active', timestamp '2026-02-01', 'purchase'), ('lost', timestamp '2025-06-01', 'purchase'),
          ('never', timestamp '2026-02-01', 'return'), ('new', timestamp '2026-03-02', 'purchase'),
          ('guest', timestamp '2026-03-01 23:59:59', 'purchase'), (null, timestamp '2026-02-01', 'purchase')) as t(customer_id, occurred_at, kind)`,
      },
      { as_of: "2026-03-01", active_days: 180, snapshot_days: 45, snapshots: 1 },
    );
    for (const file of ["features/spine", "features/known_customers", "marts/churn_population"])
      await make(`${file}.sql`);
    expect(await rows("from churn_population")).toEqual([
      { as_of: "2026-03-01", group: "asked", reason: "active", customers: 2 },
      { as_of: "2026-03-01", group: "left out", reason: "lost_already", customers: 1 },
      { as_of: "2026-03-01", group: "left out", reason: "never_bought", customers: 1 },
      { as_of: "2026-03-01", group: "left out", reason: "not_yet_a_customer", customers: 1 },
    ]);
  });
});
