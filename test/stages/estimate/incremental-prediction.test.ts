import { describe, expect, it } from "vitest";
import { testProject } from "../../support/project.js";
import { ask, run } from "../../support/run.js";

/** Who buys hangs on what is known, and on what is added, not on the noise. */
const facts = `select
  date '2026-01-01' + ((i % 3) * 30)::integer as as_of,
  (i * 7) % 11 as known,
  (i * 5) % 13 as telling,
  (i * 3) % 7 as noise,
  (i * 7) % 11 + (i * 5) % 13 + (i * 31) % 17 > 18 as buys
from range(1200) as t(i)`;

function shop(sql = facts) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
stages:
  facts: { sql: sql/facts.sql }
  gain: { estimate: analyses/gain.yaml }
`,
    "pipelines/sql/facts.sql": sql,
    "pipelines/analyses/gain.yaml": `method: incremental_prediction
table: facts
time: as_of
outcome: buys
base: [known]
added:
  telling: [telling]
  noise: [noise]
`,
  });
}

describe("incremental prediction in a pipeline", () => {
  it("learns from earlier dates, tests on the newest and says what each set of facts adds", async () => {
    const project = shop();
    await run(project);
    expect(
      await ask(
        project,
        "select added, tested_on, training_rows, test_rows, verdict, auc_gain > 0.1 as is_large, caveat from gain",
      ),
    ).toEqual([
      {
        added: "telling",
        tested_on: "2026-03-02",
        training_rows: 800,
        test_rows: 400,
        verdict: "predicts",
        is_large: true,
        caveat: null,
      },
      {
        added: "noise",
        tested_on: "2026-03-02",
        training_rows: 800,
        test_rows: 400,
        verdict: "cannot_be_told",
        is_large: false,
        caveat: null,
      },
    ]);
  });

  it.each([
    [
      "there is no row",
      `select * from (${facts}) where false`,
      "0 rows with the outcome to learn from, 30 are needed",
    ],
    [
      "there is one date only",
      `select * from (${facts}) where as_of = '2026-01-01'`,
      "0 rows with the outcome to learn from, 30 are needed",
    ],
    [
      "everybody buys at the newest date",
      `select * replace (buys or as_of > '2026-02-15' as buys) from (${facts})`,
      "0 rows without the outcome to test on, 30 are needed",
    ],
  ])("says why there is nothing where %s", async (_, sql, caveat) => {
    const project = shop(sql);
    await run(project);
    expect(await ask(project, "select added, auc, verdict, caveat from gain")).toEqual([
      { added: "telling", auc: null, verdict: null, caveat },
      { added: "noise", auc: null, verdict: null, caveat },
    ]);
  });
});
