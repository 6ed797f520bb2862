import { describe, expect, it } from "vitest";
import { mistake } from "../../support/errors.js";
import { testProject } from "../../support/project.js";
import { ask, run } from "../../support/run.js";

const analysis = `method: treatment_effect
table: cohort
by: friction
unit: customer
treatment: is_exposed
outcome: has_churned
confounders: [rhythm, segment]
value: spend
counted: is_recent
min_group_size: 30
`;

/**
 * The frequent meet it twice as often and leave half as often; it makes a quarter of those leave who would have stayed.
 */
const cohort = `with drawn as (
  select i, i % 2 = 0 as is_frequent, ('0x' || left(md5('met' || i), 8))::bigint % 1000 as place, ('0x' || left(md5('left' || i), 8))::bigint % 1000 as fate from range(8000) as t(i)
),
met as (
  select *, place < case when is_frequent then 400 else 200 end as is_exposed, case when is_frequent then 200 else 400 end as leaving
  from drawn
)
select
  'queue' as friction,
  'c' || i as customer,
  is_exposed,
  fate < case when is_exposed then leaving + 0.25 * (1000 - leaving) else leaving end as has_churned,
  case when is_frequent then 3.0 else 1.0 end as rhythm,
  case when i % 3 = 0 then 'family' else 'single' end as segment,
  case when is_frequent then 200 else 100 end as spend,
  is_exposed as is_recent
from met`;

function shop(files: Record<string, string> = {}) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
stages:
  cohort: { sql: sql/cohort.sql }
  effect: { estimate: analyses/effect.yaml }
`,
    "pipelines/sql/cohort.sql": cohort,
    "pipelines/analyses/effect.yaml": analysis,
    ...files,
  });
}

describe("a treatment effect in a pipeline", () => {
  it("finds what was planted, in chances and in money, and says how alike the compared are", async () => {
    const project = shop();
    await run(project);
    const [effect] = await ask(project, "from effect");
    // Of the exposed two thirds are frequent: 0.25 x (2/3 x 0.8 + 1/3 x 0.6), and 0.25 x (2/3 x 0.8 x 200 + 1/3 x 0.6 x 100).
    expect(effect).toMatchObject({ friction: "queue", status: "estimated", overlap: 1 });
    expect(Number(effect?.effect)).toBeCloseTo(0.1833, 1);
    expect(Number(effect?.effect_low)).toBeLessThan(0.1833);
    expect(Number(effect?.effect_high)).toBeGreaterThan(0.1833);
    expect(Number(effect?.value_effect_low)).toBeLessThan(31.67);
    expect(Number(effect?.value_effect_high)).toBeGreaterThan(31.67);
    const [rhythm] = await ask(project, "from effect_balance where fact = 'rhythm'");
    expect(Math.abs(Number(rhythm?.before))).toBeGreaterThan(0.3);
    expect(Math.abs(Number(rhythm?.after))).toBeLessThan(0.02);
  });

  it("says why there is none", async () => {
    const changed = (name: string, change: string, where = "true") =>
      `select * replace ('${name}' as friction${change}) from (${cohort}) where ${where}`;
    const project = shop({
      "pipelines/sql/cohort.sql": [
        changed("all leave", ", true as has_churned"),
        changed("everybody met it", ", true as is_exposed"),
        changed("few met it", "", "not is_exposed or customer < 'c102'"),
        changed("nobody met it", ", false as is_exposed"),
        changed("too early", ", null::boolean as has_churned"),
      ].join(" union all "),
    });
    await run(project);
    const rows = await ask(project, "select friction, status, effect, value_effect from effect");
    expect(rows).toEqual(
      [
        ["all leave", "the outcome is the same for all"],
        ["everybody met it", "nobody to compare with"],
        ["few met it", "fewer than 30 exposed"],
        ["nobody met it", "nobody exposed was watched long enough"],
        ["too early", "nobody exposed was watched long enough"],
      ].map(([friction, status]) => ({ friction, status, effect: null, value_effect: null })),
    );
  });

  it("makes its tables where the cohort is empty", async () => {
    const project = shop({ "pipelines/sql/cohort.sql": `select * from (${cohort}) where false` });
    await run(project);
    expect(await ask(project, "select friction, effect from effect")).toEqual([]);
    expect(await ask(project, "select friction, fact, after from effect_balance")).toEqual([]);
  });

  it("refuses an outcome in words", async () => {
    const project = shop({
      "pipelines/analyses/effect.yaml": analysis.replace("outcome: has_churned", "outcome: segment"),
    });
    expect((await mistake(() => run(project))).message).toContain(
      "expected numbers or true and false in cohort.segment, found text",
    );
  });
});
