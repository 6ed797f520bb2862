import { describe, expect, it } from "vitest";
import { testProject } from "../../support/project.js";
import { ask, run } from "../../support/run.js";

const analysis = `method: difference_in_differences
table: moments
by: [action, outcome]
treatment: is_treated
randomised: is_randomised
period: period
outcome: value
confounders: [rhythm]
unit: store
subject: customer
`;

/** Thirty stores, half of them mended; returns rise everywhere by a tenth, and by a fifth more in those. */
const moments = `with drawn as (
  select i, i % 30 as store_no, ['earlier', 'before', 'after', 'after'][1 + (i // 30) % 4] as period, ('0x' || left(md5('fate' || i), 8))::bigint % 1000 as fate
  from range(6000) as t(i)
)
select
  'tills' as action,
  'repeat_purchase' as outcome,
  store_no < 15 as is_treated,
  false as is_randomised,
  period,
  'S' || store_no as store,
  'c' || (i % 700) as customer,
  (i % 5)::double as rhythm,
  (fate < 300 + case when store_no < 15 then 100 else 0 end
    + case when period = 'after' then 100 + case when store_no < 15 then 200 else 0 end else 0 end)::integer::double as value
from drawn`;

function shop(files: Record<string, string> = {}) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
stages:
  moments: { sql: sql/moments.sql }
  effect: { estimate: analyses/effect.yaml }
`,
    "pipelines/sql/moments.sql": moments,
    "pipelines/analyses/effect.yaml": analysis,
    ...files,
  });
}

async function effectOf(sql = moments) {
  const project = shop({ "pipelines/sql/moments.sql": sql });
  await run(project);
  return ask(project, "from effect");
}

describe("difference in differences in a pipeline", () => {
  it("finds the planted change beyond that of the others, by store, and no gap before", async () => {
    const [effect] = await effectOf();
    expect(effect).toMatchObject({
      action: "tills",
      outcome: "repeat_purchase",
      status: "estimated",
      design: "difference_in_differences",
      clusters: 30,
      clustered_by: "store",
    });
    expect(Number(effect?.effect)).toBeCloseTo(0.2, 1);
    expect(Number(effect?.effect_low)).toBeGreaterThan(0.1);
    expect(Number(effect?.trend_p_value)).toBeGreaterThan(0.01);
  });

  it("tells trends that differed before it began", async () => {
    const [effect] = await effectOf(
      `select * replace (case when period = 'earlier' and is_treated then 0.0 else value end as value) from (${moments})`,
    );
    expect(Number(effect?.trend_p_value)).toBeLessThan(0.001);
  });

  it("goes by subjects where there are few units", async () => {
    const [effect] = await effectOf(`select * replace ('S' || is_treated as store) from (${moments})`);
    expect(effect).toMatchObject({ clustered_by: "customer", clusters: 700 });
  });

  it("compares the arms after, and checks them before, where a lot decided", async () => {
    const [effect] = await effectOf(`select * replace (true as is_randomised) from (${moments})`);
    expect(effect).toMatchObject({ design: "randomised" });
    expect(Number(effect?.effect)).toBeCloseTo(0.3, 1);
    expect(Number(effect?.trend_gap)).toBeCloseTo(0.1, 1);
  });

  it("says why there is no effect", async () => {
    const changed = (name: string, where: string, change = "") =>
      `select * replace ('${name}' as action${change}) from (${moments}) where ${where}`;
    const rows = await effectOf(
      [
        changed("all come back", "true", ", 1.0 as value"),
        changed("just begun", "period <> 'after'"),
        changed("nobody held back", "is_treated"),
        changed("no past", "period = 'after'"),
      ].join(" union all "),
    );
    expect(rows.map(({ action, status, effect }) => [action, status, effect])).toEqual([
      ["all come back", "the outcome is the same for all", null],
      ["just begun", "nobody treated after", null],
      ["no past", "nobody treated before", null],
      ["nobody held back", "nobody untreated after", null],
    ]);
  });
});
