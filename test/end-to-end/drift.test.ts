import { describe, expect, it } from "vitest";
import { cellText } from "../../src/result.js";
import { testProject, type Project } from "../support/project.js";
import { ask, run } from "../support/run.js";
import { plant, statementText } from "../support/statements.js";

const parameters = { as_of: "2026-03-01", psi_moderate: 0.1, psi_large: 0.25 };

/** Drift from one feature's values in training to its values tonight, given as SELECTs of one column. */
async function drift(training: string, tonight: string) {
  const { make, rows } = await plant(
    {
      "history.drift_reference":
        "select null::date as as_of, null::varchar as version, null::date as trained_on, null::varchar as feature, null::boolean as is_number, null::double[] as cuts, null::varchar as bin, null::bigint as n limit 0",
      churn_model: "select 'v1' as version, '2026-03-01' as trained_as_of",
      customer_features: `select row_number() over ()::varchar as customer_id, date '2025-12-01' as as_of, value as feature from (${training}) as t(value)`,
      churn_labels: "select customer_id, as_of, true as has_churned from customer_features",
      customers_tonight: `select row_number() over ()::varchar as customer_id, date '2026-03-01' as as_of, value as feature from (${tonight}) as t(value)`,
      churn_scores: "select 0.5::double as churn_probability from customers_tonight",
    },
    parameters,
  );
  await make("marts/drift_reference.sql");
  await make("marts/drift.sql");
  const [row] = await rows("select * from drift where feature = 'feature'");
  return row;
}

describe("the population stability index", () => {
  it("of a category is the sum of the shares' differences times the logarithm of their ratio", async () => {
    const halves = "select if(i % 2 = 0, 'a', 'b') from range(200) as r(i)";
    const quarters = "select if(i % 4 = 0, 'a', 'b') from range(200) as r(i)";
    // (0.25 - 0.5) ln(0.25 / 0.5) + (0.75 - 0.5) ln(0.75 / 0.5)
    expect(await drift(halves, quarters)).toMatchObject({
      psi: 0.2747,
      status: "large",
      reference_rows: 200,
      rows: 200,
    });
    expect(await drift(halves, halves)).toMatchObject({ psi: 0, status: "stable" });
  });

  it("of a number is taken over the deciles of the training rows", async () => {
    const all = "select i from range(1, 1001) as r(i)";
    // Half of the bins at a fifth each, the others empty: shares of 0 count as 0.0001.
    const upper = "select 500 + i from range(1, 501) as r(i)";
    const expected = 5 * ((0.2 - 0.1) * Math.log(2) + (0.0001 - 0.1) * Math.log(0.001));
    expect((await drift(all, upper))?.psi).toBeCloseTo(expected, 4);
    expect(await drift(all, "select 2 * i from range(1, 501) as r(i)")).toMatchObject({
      psi: 0,
      status: "stable",
    });
  });

  it("sees values that become missing, and values that are new", async () => {
    const full = "select i % 3 from range(300) as r(i)";
    expect(await drift(full, "select if(i % 2 = 0, null, i % 3) from range(300) as r(i)")).toMatchObject({
      status: "large",
    });
    expect(await drift(full, "select if(i % 2 = 0, 7, i % 3) from range(300) as r(i)")).toMatchObject({
      status: "large",
    });
    expect(await drift("select null::integer from range(300)", full)).toMatchObject({ status: "large" });
  });

  it("is not called drift where chance alone would give as much", async () => {
    const many = "select i % 10 from range(1000) as r(i)";
    const few = await drift(many, "select i * i % 10 from range(20) as r(i)");
    expect(few?.psi).toBeGreaterThan(0.25);
    // With 9 degrees of freedom the 95% point of chi-square is 16.92.
    const chance = await drift(many, "select i % 10 from range(500) as r(i)");
    expect(chance?.psi_by_chance).toBeCloseTo(16.92 * (1 / 1000 + 1 / 500), 3);
  });

  it("groups a category's rare values", async () => {
    const cities = "select 'city ' || (i % 500) from range(5000) as r(i)";
    expect(await drift(cities, "select 'city ' || (i % 500) from range(1000) as r(i)")).toMatchObject({
      status: "stable",
    });
  });
});

/** A model that is trained on the first night, and whose feature moves on the third. */
function shop(): Project {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
params:
  as_of: { type: date, default: 2026-03-01 }
  version: { type: string, default: v1 }
  trained_as_of: { type: date, default: 2026-03-01 }
  moved_by: { type: integer, default: 0 }
  psi_moderate: { type: number, default: 0.1 }
  psi_large: { type: number, default: 0.25 }
stages:
  customer_features: { sql: sql/customer_features.sql }
  churn_labels: { sql: sql/churn_labels.sql }
  churn_model: { sql: sql/churn_model.sql }
  customers_tonight: { sql: sql/customers_tonight.sql }
  churn_scores: { sql: sql/churn_scores.sql }
  drift_reference:
    sql: sql/drift_reference.sql
    history: { columns: { version: varchar, trained_on: date, feature: varchar, is_number: boolean, cuts: "double[]", bin: varchar, n: bigint } }
  drift: { sql: sql/drift.sql }
`,
    "pipelines/sql/customer_features.sql": `select i::varchar as customer_id, ($as_of::date - 90 * past::integer) as as_of, i + $moved_by::integer as visits, i % 7 as returns
from range(1000) as r(i), range(2) as dates(past)
`,
    "pipelines/sql/churn_labels.sql":
      "select customer_id, as_of, case when as_of < $as_of::date then true end as has_churned from customer_features\n",
    "pipelines/sql/churn_model.sql":
      "select nullif($version::varchar, '') as version, $trained_as_of::varchar as trained_as_of\n",
    "pipelines/sql/customers_tonight.sql": statementText("features/customers_tonight.sql"),
    "pipelines/sql/churn_scores.sql":
      "select customer_id, as_of, (visits % 1000 + $moved_by::integer / 2) / 2000 as churn_probability from customers_tonight\n",
    "pipelines/sql/drift_reference.sql": statementText("marts/drift_reference.sql"),
    "pipelines/sql/drift.sql": statementText("marts/drift.sql"),
  });
}

describe("drift from night to night", () => {
  const statuses = async (project: Project) => {
    const rows = await ask(project, "select feature, status from drift");
    return Object.fromEntries(rows.map(({ feature, status }) => [cellText(feature), status ?? null]));
  };
  const stable = { visits: "stable", returns: "stable", churn_probability: "stable" };

  it("is measured from the champion's first night, until another champion comes", async () => {
    const project = shop();
    await run(project);
    expect(await statuses(project)).toEqual(stable);
    await run(project, "as_of=2026-03-02");
    expect(await statuses(project)).toEqual(stable);
    await run(project, "as_of=2026-03-03", "moved_by=500");
    expect(await statuses(project)).toEqual({
      visits: "large",
      returns: "stable",
      churn_probability: "large",
    });
    expect(await ask(project, "select distinct as_of, reference_on from drift")).toEqual([
      { as_of: "2026-03-03", reference_on: "2026-03-01" },
    ]);
    await run(project, "as_of=2026-03-04", "moved_by=500", "version=v2", "trained_as_of=2026-03-04");
    expect(await statuses(project)).toEqual(stable);
  });

  it("is not told without a model", async () => {
    const project = shop();
    await run(project, "version=");
    expect(await statuses(project)).toEqual({});
  });
});
