import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/stats/random.js";
import { mistake } from "../support/errors.js";
import { Project } from "../support/project.js";
import { ask, run } from "../support/run.js";

interface Ask {
  customer: string;
  month: string;
  channel: string;
  opinion: number;
  answered: boolean;
  score: number | null;
  called: number | null;
}

/** Six thousand asked in one month, four in another; in the app people answer more often and score higher. */
function asked(): Ask[] {
  const random = new Random("asked");
  const everyone = Array.from({ length: 6000 }, (_, index): Ask => {
    const channel = random.uniform() < 0.5 ? "app" : "store";
    const answered = random.uniform() < (channel === "app" ? 0.6 : 0.2);
    const opinion = random.uniform() < (channel === "app" ? 0.7 : 0.3) ? 1 : 0;
    return {
      customer: `c${index >> 1}`,
      month: "2026-03",
      channel,
      opinion,
      answered,
      score: answered ? opinion : null,
      called: !answered && index % 20 === 0 ? opinion : null,
    };
  });
  const few = everyone.slice(0, 4).map((row) => ({ ...row, month: "2026-02", answered: true, score: 1 }));
  return [...few, ...everyone];
}

function survey(rows: readonly Ask[]): Project {
  const cell = (value: string | number | boolean | null) => (value === null ? "" : String(value));
  return new Project({
    "pipelines/nightly.yaml": `name: survey
params:
  as_of: { type: date, default: "2026-03-31" }
stages:
  asks: { load: data/asks.csv, contract: contracts/asks.yaml }
  silent: { estimate: analyses/silent.yaml }
`,
    "pipelines/contracts/asks.yaml": `columns:
  customer: { type: varchar, required: true }
  month: { type: varchar, required: true }
  channel: { type: varchar, required: true }
  answered: { type: boolean, required: true }
  score: { type: double }
  called: { type: double }
  belief: { type: double }
`,
    "pipelines/analyses/silent.yaml": `method: inverse_propensity
table: asks
by: month
unit: customer
answered: answered
scores: [{ column: score, lowest: 0, highest: 1, follow_up: called }]
credibility: belief
facts: { where: [channel] }
groups: [channel]
`,
    "data/asks.csv": [
      "customer,month,channel,answered,score,called,belief",
      ...rows.map(
        ({ customer, month, channel, answered, score, called }) =>
          `${[customer, month, channel, answered, score, called].map(cell).join(",")},`,
      ),
    ].join("\n"),
  });
}

const all = "dimension = 'all' and month = '2026-03'";

const project = survey(asked());
const others: Project[] = [];
let notices: string[];

beforeAll(async () => {
  ({ notices } = await run(project));
});
afterAll(() => {
  for (const each of [project, ...others]) each.remove();
});

/** A project with other answers, run. */
async function surveyOf(change: (row: Ask, index: number) => Partial<Ask>): Promise<Project> {
  const other = survey(asked().map((row, index) => ({ ...row, ...change(row, index) })));
  others.push(other);
  await run(other);
  return other;
}

describe("scores weighted by the chance to answer, in a pipeline", () => {
  it("tell what everyone asked would score, beside what those who answered did", async () => {
    const [row] = await ask(project, `select * from silent where ${all}`);
    // Half of all are of each channel: about (0.7 + 0.3) / 2. Three answers in four are of the app: 0.75 x 0.7 + 0.25 x 0.3.
    const truth = asked()
      .slice(4)
      .reduce((sum, { opinion }) => sum + opinion / 6000, 0);
    expect(row).toMatchObject({ status: "estimated", score: "score", asked: 6000 });
    expect(Number(row?.as_answered)).toBeCloseTo(0.6, 1);
    expect(Number(row?.weighted_low)).toBeLessThan(truth);
    expect(Number(row?.weighted_high)).toBeGreaterThan(truth);
    expect(Number(row?.gap_high)).toBeLessThan(0);
    expect(row?.by_chance).toBe(row?.weighted);
    expect(Number(row?.effective_size)).toBeLessThan(Number(row?.scored));
    expect(Number(row?.worst_case_low)).toBeLessThan(Number(row?.weighted_low));
    expect(Number(row?.followed_up_low)).toBeLessThan(truth);
    expect(Number(row?.followed_up_high)).toBeGreaterThan(truth);
    expect(Number(row?.not_explained_low)).toBeLessThan(0);
    expect(Number(row?.not_explained_high)).toBeGreaterThan(0);
  });

  it("explain the gap by parts that sum to it", async () => {
    const parts = await ask(
      project,
      "select part, contribution, contribution_high from silent_gap order by part",
    );
    const [row] = await ask(project, `select gap from silent where ${all}`);
    expect(parts.map(({ part }) => part)).toEqual(["credibility", "rest", "where"]);
    const sum = parts.reduce((total, { contribution }) => total + Number(contribution), 0);
    expect(sum).toBeCloseTo(Number(row?.gap), 7);
    expect(parts[0]).toMatchObject({ contribution: 0, contribution_high: null });
    expect(Number(parts[2]?.contribution_high)).toBeLessThan(0);
  });

  it("are bounded more widely the more the score itself may move the odds to answer", async () => {
    const bounds = await ask(
      project,
      "select assumption, odds_ratio, bound_high - bound_low as width, low, high from silent_bounds order by width",
    );
    expect(bounds.map(({ odds_ratio }) => odds_ratio)).toEqual([1, 1.25, 1.5, 2, 3, null]);
    expect(bounds[0]?.width).toBeCloseTo(0, 8);
    for (const { low, high } of bounds) {
      expect(Number(low)).toBeGreaterThanOrEqual(0);
      expect(Number(high)).toBeLessThanOrEqual(1);
    }
    const [balance] = await ask(project, "select * from silent_balance where month = '2026-03'");
    expect(balance).toMatchObject({ column: expect.stringContaining("channel") as string });
    expect(Math.abs(Number(balance?.after))).toBeLessThan(0.01);
  });

  it("are told of each group that is large enough, and of the others why not", async () => {
    expect(notices).toEqual([]);
    const rows = await ask(
      project,
      'select month, "group", status, weighted is null as is_silent from silent order by month, "group"',
    );
    expect(rows).toContainEqual({ month: "2026-03", group: "app", status: "estimated", is_silent: false });
    expect(rows).toContainEqual({
      month: "2026-02",
      group: "all",
      status: "fewer than 30 answers",
      is_silent: true,
    });
  });

  it("have no interval where all answers are equal, or of one customer", async () => {
    const equal = await surveyOf(({ answered }) => ({ score: answered ? 1 : null }));
    expect(await ask(equal, `select status, weighted, weighted_low from silent where ${all}`)).toEqual([
      { status: "all answers are equal", weighted: 1, weighted_low: null },
    ]);
    const single = await surveyOf(() => ({ customer: "one" }));
    expect(await ask(single, `select status, weighted_low from silent where ${all}`)).toEqual([
      { status: "all answers are of one customer", weighted_low: null },
    ]);
  });

  it("are what was answered where everybody answered, and nothing where nobody did or was asked", async () => {
    const loud = await surveyOf((_, index) => ({ answered: true, score: index % 2 }));
    const [row] = await ask(loud, `select * from silent where ${all}`);
    expect(Number(row?.weighted)).toBeCloseTo(0.5, 3);
    expect(row?.response_rate).toBe(1);
    const silent = await surveyOf(() => ({ answered: false, score: null }));
    expect(await ask(silent, `select status, answered from silent where ${all}`)).toEqual([
      { status: "fewer than 30 answers", answered: 0 },
    ]);
  });

  it("name the column that the table does not have, and where it is asked for", async () => {
    const mistaken = survey(asked().slice(0, 50));
    others.push(mistaken);
    mistaken.replace("pipelines/analyses/silent.yaml", "[channel] }", "[chanel] }");
    const error = await mistake(run(mistaken));
    expect(error.describe()).toContain("pipelines/analyses/silent.yaml:8:");
    expect(error.describe()).toContain("the table asks has no column chanel");
  });
});
