import { describe, expect, it } from "vitest";
import { mistake } from "../../support/errors.js";
import { testProject } from "../../support/project.js";
import { ask, run } from "../../support/run.js";

const analysis = `method: driver_importance
table: facts
unit: customer
outcomes: [score, has_left]
drivers: [delivery, price, silence]
adjust_for: [segment]
`;

/** Delivery moves both outcomes, price the score alone, and nobody ever says anything of silence. */
const facts = `select
  'c' || i as customer,
  case when i % 3 = 0 then 'family' else 'single' end as segment,
  (i * 7) % 11 as delivery,
  (i * 5) % 13 as price,
  50 as silence,
  case when i % 10 < 9 then 3 * ((i * 7) % 11) + ((i * 5) % 13) + (i * 31) % 17 end as score,
  (i * 7) % 11 + (i * 29) % 23 < 12 as has_left
from range(400) as t(i)`;

function shop(files: Record<string, string> = {}) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
stages:
  facts: { sql: sql/facts.sql }
  importance: { estimate: analyses/importance.yaml }
`,
    "pipelines/sql/facts.sql": facts,
    "pipelines/analyses/importance.yaml": analysis,
    ...files,
  });
}

describe("driver importance in a pipeline", () => {
  it("ranks the drivers of each outcome, with intervals and a verdict", async () => {
    const project = shop();
    await run(project);
    expect(
      await ask(
        project,
        "select outcome, driver, rank, verdict, caveat from importance order by outcome, rank",
      ),
    ).toEqual([
      { outcome: "has_left", driver: "delivery", rank: 1, verdict: "lowers", caveat: null },
      { outcome: "has_left", driver: "price", rank: 2, verdict: "cannot_be_told", caveat: null },
      { outcome: "has_left", driver: "silence", rank: null, verdict: null, caveat: "never varies" },
      { outcome: "score", driver: "delivery", rank: 1, verdict: "raises", caveat: null },
      { outcome: "score", driver: "price", rank: 2, verdict: "raises", caveat: null },
      { outcome: "score", driver: "silence", rank: null, verdict: null, caveat: "never varies" },
    ]);
    expect(
      await ask(
        project,
        `select round(sum(importance), 6) as shares, bool_and(importance_low <= importance and importance <= importance_high) as inside,
          round(max(effect) filter (driver = 'delivery')) as slope
        from importance where outcome = 'score'`,
      ),
    ).toEqual([{ shares: 1, inside: true, slope: 3 }]);
    expect(
      await ask(project, "select outcome, rows, units from importance_outcomes order by outcome"),
    ).toEqual([
      { outcome: "has_left", rows: 400, units: 400 },
      { outcome: "score", rows: 360, units: 360 },
    ]);
  });

  it.each([
    ["nobody answered", `select * from (${facts}) where false`, "0 units have an answer, 30 are needed"],
    ["three customers answered", `${facts} limit 3`, "3 units have an answer, 30 are needed"],
    [
      "all answers are the same",
      `select * replace (5 as score, true as has_left) from (${facts})`,
      "the outcome or every driver is always the same",
    ],
  ])("says why there is nothing where %s", async (_, sql, caveat) => {
    const project = shop({ "pipelines/sql/facts.sql": sql });
    await run(project);
    expect(await ask(project, "select distinct importance, effect, caveat from importance")).toEqual([
      { importance: null, effect: null, caveat },
    ]);
    expect(await ask(project, "select distinct caveat from importance_outcomes")).toEqual([{ caveat }]);
  });

  it("refuses a column that is not there, with its place and the nearest name", async () => {
    const project = shop({
      "pipelines/analyses/importance.yaml": analysis.replace("[delivery, price, silence]", "[delivry]"),
    });
    expect(await mistake(() => run(project))).toMatchObject({
      message: "the table facts has no column delivry",
      place: { line: 5 },
      hint: "Did you mean 'delivery'?",
    });
  });

  it("refuses more drivers than can enter in all orders", async () => {
    const many = Array.from({ length: 17 }, (_, k) => `driver_${k}`).join(", ");
    const project = shop({
      "pipelines/analyses/importance.yaml": analysis.replace("delivery, price, silence", many),
    });
    expect((await mistake(() => run(project))).message).toContain("drivers");
  });
});
