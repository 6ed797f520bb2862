import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainScores } from "../../src/pipeline/explain.js";
import { currentPublication } from "../../src/warehouse/publication.js";
import { ancora } from "../support/command.js";
import { mistake } from "../support/errors.js";
import { Project } from "../support/project.js";
import { open, run, storeOf } from "../support/run.js";

/** Two messages that moderators took for genuine, as they did all, the weak rules that fire for the first, and their levels. */
const files = {
  "pipelines/nightly.yaml": `name: voices
params: { as_of: { type: date, default: 2026-03-01 } }
stages:
  signals: { sql: sql/signals.sql }
  verdicts: { sql: sql/verdicts.sql }
  credibility: { train: models/credibility.yaml }
  feedback_scores: { score: models/credibility.yaml, on: signals }
  fired_rules: { sql: sql/fired_rules.sql }
  feedback_credibility: { sql: sql/feedback_credibility.sql }
`,
  "pipelines/sql/signals.sql": `select unnest(['f1', 'f2']) as feedback_id, timestamp '2026-02-01' as settled_at, 'all was well with it' as text`,
  "pipelines/sql/verdicts.sql":
    "select feedback_id, false as is_fake, settled_at as moderated_at from signals",
  "pipelines/sql/fired_rules.sql": `select 'f1' as feedback_id, * from (values
    ('long_standing_author', 1, 'the account is old', 'l''account è vecchio'),
    ('never_bought', -2, 'never bought it', 'mai comprato')) as t(rule, points, label_en, label_it)`,
  "pipelines/sql/feedback_credibility.sql":
    "select feedback_id, case feedback_id when 'f1' then 'low' else 'medium' end as level from signals",
  "models/credibility.yaml": `kind: text
name: credibility
key: [feedback_id]
time: settled_at
features: { table: signals, text: text }
label: { table: verdicts, column: is_fake, known_on: moderated_at }
words: { rows: moderated reviews, positive: were judged fake, model: credibility model }
output: fake_probability
complement: credibility
`,
};

let project: Project;
const explain = (...args: string[]) => ancora(["explain", ...args], { cwd: project.folder });

async function scoresOf(id: string) {
  const store = storeOf(project);
  const publication = await currentPublication(store);
  if (!publication) throw new Error("nothing is published");
  return explainScores(await open(project), { store, publication }, { kind: "feedback", id, locale: "en" });
}

beforeAll(async () => {
  project = new Project(files);
  await run(project);
});
afterAll(() => project.remove());

describe("explain feedback without a model", () => {
  it("says that there is none and why, the level, and the weak rules that fired, those with most points first", async () => {
    const { code, stdout } = await explain("feedback", "f1");
    expect(code).toBe(0);
    expect(stdout).toBe(
      "f1\ncredibility: no model (0 of 2 moderated reviews were judged fake: no credibility model)\n" +
        "by weak rules: low\n  -2  never bought it\n  +1  the account is old\n",
    );
  });

  it("says it in Italian", async () => {
    const { stdout } = await explain("feedback", "f1", "--locale", "it");
    expect(stdout).toContain("credibility: nessun modello");
    expect(stdout).toContain(
      "secondo le regole deboli: bassa\n  -2  mai comprato\n  +1  l'account è vecchio\n",
    );
  });

  it("gives programs the rules, and never a percentage", async () => {
    expect(await scoresOf("f1")).toEqual([
      {
        model: "credibility",
        refused: "0 of 2 moderated reviews were judged fake: no credibility model",
        key: { feedback_id: "f1" },
        level: "low",
        rules: [
          { rule: "never_bought", points: -2, text: "never bought it" },
          { rule: "long_standing_author", points: 1, text: "the account is old" },
        ],
      },
    ]);
  });

  it("says when no rule fires, and when there is no such message", async () => {
    expect(await scoresOf("f2")).toMatchObject([{ level: "medium", rules: [] }]);
    expect((await mistake(scoresOf("nobody"))).message).toContain("there is no feedback nobody in signals");
  });
});
