import { describe, expect, it } from "vitest";
import { cellText } from "../../../src/result.js";
import { mistake } from "../../support/errors.js";
import { testProject } from "../../support/project.js";
import { ask, run } from "../../support/run.js";

const analysis = `method: outbreak_detection
table: counts
by: [series, channel]
day: day
count: n
exposures: [orders]
days_between_false_alarms: 365
learn_days: 60
shown_days: 30
`;

/** Two series of 200 days, ten a day; that of the app doubles on 10 July and grows on. */
const counts = `select series, channel, date '2026-01-01' + d::integer as day, 50 as orders,
    10 + (d * 7) % 5 + case when channel = 'app' and d >= 190 then 12 + 2 * (d - 190) else 0 end as n
  from range(200) as days(d), (values ('problems', 'app'), ('problems', null)) as keys(series, channel)`;

function shop(sql = counts) {
  return testProject({
    "pipelines/nightly.yaml": `name: shop
stages:
  counts: { sql: sql/counts.sql }
  tests: { estimate: analyses/tests.yaml }
`,
    "pipelines/sql/counts.sql": sql,
    "pipelines/analyses/tests.yaml": analysis,
  });
}

describe("outbreak detection in a pipeline", () => {
  it("warns of the series that grows, from within days of its beginning", async () => {
    const project = shop();
    await run(project);
    const alarms = await ask(
      project,
      "select series, channel, warned_on, began_on from tests order by warned_on",
    );
    expect(new Set(alarms.map(({ channel }) => channel))).toEqual(new Set(["app"]));
    expect(alarms[0]).toMatchObject({ series: "problems", began_on: "2026-07-10" });
    expect(cellText(alarms[0]?.warned_on) <= "2026-07-14").toBe(true);
    expect(
      await ask(project, "select channel, status, days from tests_series order by channel nulls last"),
    ).toEqual([
      { channel: "app", status: "growing", days: 200 },
      { channel: null, status: "usual", days: 200 },
    ]);
    expect(await ask(project, "select count(*) as n, min(day) as first from tests_days")).toEqual([
      { n: 60, first: "2026-06-20" },
    ]);
  });

  it("gives tables without rows where nothing was counted", async () => {
    const project = shop(`select * from (${counts}) where false`);
    await run(project);
    expect(await ask(project, "select * from tests")).toEqual([]);
    expect(await ask(project, "select * from tests_series")).toEqual([]);
  });

  it("asks for each day once", async () => {
    const error = await mistake(run(shop(`select * from (${counts}) where day <> date '2026-03-03'`)));
    expect(error.message).toMatch(/398 rows instead of one for each series and day, 400/);
  });
});
