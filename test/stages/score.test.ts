import { describe, expect, it } from "vitest";
import { testProject } from "../support/project.js";
import { ask, run } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

describe("a score stage", () => {
  it("scores every row, and gives reasons to those on the list", async () => {
    const project = testProject(shopWithModelFiles());
    project.write(
      "models/churn.yaml",
      `${project.read("models/churn.yaml")}worth: visits\nexplain: { rows: 10, reasons: [1, 2] }\n`,
    );
    await run(project);
    const [counts] = await ask(
      project,
      `select (select count(*) from churn_scores) as scored, (select count(*) from visits) as all_rows,
        count(distinct (customer_id, as_of)) as listed, bool_and(rank between 1 and 2) as ranked,
        bool_and(feature in ('visits', 'complaints')) as named,
        bool_and((contribution > 0) = (direction = 'raises')) as directed
      from churn_scores_reasons`,
    );
    expect(counts).toEqual({
      scored: 1212,
      all_rows: 1212,
      listed: 10,
      ranked: true,
      named: true,
      directed: true,
    });
    const [list] = await ask(
      project,
      `with ordered as (
        select customer_id, as_of from churn_scores join visits using (customer_id, as_of)
        order by churn_probability * visits desc, customer_id, as_of limit 10
      )
      select count(distinct (customer_id, as_of)) as n from churn_scores_reasons join ordered using (customer_id, as_of)`,
    );
    expect(list).toEqual({ n: 10 });
    const [values] = await ask(
      project,
      `select bool_and(value::integer = case feature when 'visits' then visits else complaints end) as are_own
      from churn_scores_reasons join visits using (customer_id, as_of)`,
    );
    expect(values).toEqual({ are_own: true });
    const types = await ask(project, "describe churn_scores_reasons");
    expect(types.map((row) => [row["column_name"], row["column_type"]])).toEqual([
      ["customer_id", "VARCHAR"],
      ["as_of", "DATE"],
      ["rank", "INTEGER"],
      ["feature", "VARCHAR"],
      ["value", "VARCHAR"],
      ["contribution", "DOUBLE"],
      ["direction", "VARCHAR"],
    ]);
    const effects = await ask(
      project,
      "select feature, count(*) as n from churn_effects where low <= effect and effect <= high group by all order by all",
    );
    expect(effects).toEqual([
      { feature: "complaints", n: 7 },
      { feature: "visits", n: 10 },
    ]);
  });

  it("makes both tables, empty, where there is no model", async () => {
    const project = testProject(shopWithModelFiles());
    project.replace(
      "pipelines/sql/leaving.sql",
      "complaints > visits as has_left",
      "customer_id = 'c1' as has_left",
    );
    await run(project);
    for (const table of ["churn_scores", "churn_scores_reasons"]) {
      expect(await ask(project, `select count(*) as n from ${table}`)).toEqual([{ n: 0 }]);
    }
    const columns = await ask(project, "describe churn_scores");
    expect(columns.map((row) => [row["column_name"], row["column_type"]])).toEqual([
      ["customer_id", "VARCHAR"],
      ["as_of", "DATE"],
      ["churn_probability", "DOUBLE"],
    ]);
  });
});
