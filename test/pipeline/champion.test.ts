import { cpSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { planPipeline } from "../../src/pipeline/plan.js";
import { promote, rollBack } from "../../src/pipeline/promote.js";
import { trainChallenger } from "../../src/pipeline/train.js";
import { currentPublication, type Publication } from "../../src/warehouse/publication.js";
import { mistake } from "../support/errors.js";
import { Project, testProject } from "../support/project.js";
import { ask, open, run, storeOf } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

const retrain = `name: retrain
extends: nightly.yaml
stages:
  churn: { train: models/churn.yaml, challenger: true }
`;

/** The shop after its first night, made once. */
const firstNight = new Project({ ...shopWithModelFiles(), "pipelines/retrain.yaml": retrain });

beforeAll(() => run(firstNight));
afterAll(() => firstNight.remove());

function shop(): Project {
  const project = testProject();
  cpSync(firstNight.folder, project.folder, { recursive: true });
  return project;
}

/** Another customer: the features and labels are others. */
function newCustomer(project: Project, name: string): void {
  project.write(`data/inbox/customers-${name}.csv`, `customer_id,name,city\n${name},New,Pisa\n`);
}

async function published(project: Project): Promise<Publication> {
  const publication = await currentPublication(storeOf(project));
  if (!publication) throw new Error("nothing is published");
  return publication;
}

async function champions(project: Project) {
  const publication = await currentPublication(storeOf(project));
  return {
    now: publication?.models.churn,
    history: publication?.promotions.churn?.map(({ version, kind }) => `${kind} ${version}`) ?? [],
  };
}

async function reasonOf(project: Project, ...parameters: string[]) {
  const planned = await planPipeline(await open(project, ...parameters));
  return planned.find(({ name }) => name === "churn")?.reason;
}

/** Trains a challenger with another seed, so that it is another version. */
async function challenger(project: Project, seed = 2): Promise<string> {
  const pipeline = await openPipeline(project.pipeline, {
    overrides: { model: "churn", assignments: [`seed=${seed}`] },
  });
  return (await trainChallenger(pipeline, "churn")).challenger?.version ?? "";
}

describe("the champion", () => {
  it("is trained on the first night and scores on every later one, whatever the data", async () => {
    const project = shop();
    const first = await published(project);
    newCustomer(project, "n1");
    const second = await run(project, "as_of=2026-03-20");
    expect(second.statuses).toMatchObject({ visits: "made", churn: "kept", churn_scores: "made" });
    expect(second.publication.models).toEqual(first.models);
    expect(await reasonOf(project, "as_of=2026-03-20")).toBe(`the champion ${first.models.churn} stands`);
    expect(await ask(project, "select count(*) as n from churn_scores")).toEqual([{ n: 1216 }]);
  });

  it("makes way for a new one when the statements behind its features have changed", async () => {
    const project = shop();
    const first = await published(project);
    project.replace("pipelines/sql/visits.sql", "% 10", "% 11");
    const second = await run(project);
    expect(second.statuses.churn).toBe("made");
    expect(second.publication.models).not.toEqual(first.models);
    expect(second.notices.join()).toContain(
      "the statements that make visits are not those that it was trained with",
    );
  });

  it("makes way for a new one for a date before its training, which it knows too much about", async () => {
    const project = shop();
    const second = await run(project, "as_of=2026-03-02");
    expect(second.publication.models.churn).toMatch(/^2026-03-02-/);
    expect(second.notices.join()).toContain("trained on data up to 2026-03-03, after 2026-03-02");
  });

  it("whose folder was cut off stops the run in words; what was published stands", async () => {
    const project = shop();
    const publication = await published(project);
    truncateSync(project.path(`models/registry/churn/${publication.models.churn}/weights.bin`), 10);
    newCustomer(project, "n1");
    const error = await mistake(run(project));
    expect(error.describe()).toMatch(/weights\.bin: the trained model is cut off or damaged/);
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
  });
});

describe("retraining", () => {
  it("compares a challenger with the champion on the same newest rows, and publishes with the better", async () => {
    const project = shop();
    const first = await published(project);
    newCustomer(project, "n1");
    const pipeline = await openPipeline(project.path("pipelines/retrain.yaml"), {
      parameters: ["as_of=2026-03-20"],
    });
    const { runPipeline } = await import("../../src/pipeline/run.js");
    const { publication } = await runPipeline(pipeline, { memoryLimit: "500MB" });
    const compared = await ask(
      project,
      `select metric, champion_version, challenger_version, verdict, gain_low <= gain and gain <= gain_high as inside,
        reason_it is not null as told, rows from churn_comparison order by metric`,
    );
    expect(compared.map(({ metric }) => metric)).toEqual(["auc", "average_precision", "brier", "log_loss"]);
    for (const row of compared) {
      expect(row).toMatchObject({
        inside: true,
        told: true,
        champion_version: first.models.churn,
      });
    }
    const [{ verdict, challenger_version } = {}] = compared;
    expect(publication.models.churn).toBe(verdict === "promoted" ? challenger_version : first.models.churn);
    const next = await run(project, "as_of=2026-03-20");
    expect(next.publication.models).toEqual(publication.models);
    expect(next.made).toEqual([]);
  });
});

describe("a challenger trained by hand", () => {
  it("goes to the registry and is compared, but neither published nor promoted", async () => {
    const project = shop();
    const publication = await published(project);
    const pipeline = await openPipeline(project.pipeline, {
      overrides: { model: "churn", assignments: ["network.width=4"] },
    });
    const outcome = await trainChallenger(pipeline, "churn");
    expect(outcome.champion).toBe(publication.models.churn);
    expect(outcome.challenger?.version).not.toBe(outcome.champion);
    expect(outcome.comparison?.metrics).toHaveLength(4);
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
    expect(readdirSync(project.path("models/registry/churn"))).toHaveLength(2);
    const again = await trainChallenger(await open(project), "churn");
    expect(again.comparison).toBeUndefined();
    expect(again.challenger?.version).toBe(publication.models.churn);
  });

  it("scores from the run after it is promoted, until it is rolled back", async () => {
    const project = shop();
    const publication = await published(project);
    const [first, second] = [publication.models.churn ?? "", await challenger(project)];
    const scores = () => ask(project, "select * from churn_scores order by all");
    const scored = await scores();

    await promote(await open(project), "churn", { version: second, reason: "by hand" });
    expect(await champions(project)).toEqual({
      now: second,
      history: [`promoted ${first}`, `promoted ${second}`],
    });
    expect(await scores()).toEqual(scored);
    const after = await run(project);
    expect(after.made.sort()).toEqual(["churn", "churn_scores"]);
    expect(after.publication.models.churn).toBe(second);
    expect(await scores()).not.toEqual(scored);
    expect(await ask(project, "select version from churn_model")).toEqual([{ version: second }]);

    await rollBack(await open(project), "churn");
    expect((await champions(project)).now).toBe(first);
    await run(project);
    expect(await scores()).toEqual(scored);
    expect((await champions(project)).history).toEqual([
      `promoted ${first}`,
      `promoted ${second}`,
      `rolled_back ${first}`,
    ]);
    const error = await mistake(rollBack(await open(project), "churn"));
    expect(error.message).toBe(`churn had no champion before ${first}`);
  });

  it("is not promoted when it is unknown, cut off, another model's, of another spec or champion already", async () => {
    const project = shop();
    const publication = await published(project);
    const first = publication.models.churn ?? "";
    const second = await challenger(project);
    const refusal = async (version: string, model = "churn") =>
      mistake(promote(await open(project), model, { version, reason: "by hand" }));

    expect((await refusal(first)).message).toBe(`${first} is the champion of churn already`);
    const unknown = await refusal(`${second}x`);
    expect(unknown.message).toBe(`churn has no version ${second}x`);
    expect(unknown.hint).toBe(`Did you mean '${second}'?`);
    expect((await refusal(second, "chrun")).hint).toBe("Did you mean 'churn'?");

    project.replace("models/churn.yaml", "output: churn_probability", "output: leaving");
    expect((await refusal(second)).message).toBe(
      `churn ${second} does not fit the model in use: output is leaving in the spec, churn_probability in the version`,
    );
    project.replace("models/churn.yaml", "output: leaving", "output: churn_probability");

    const other = "2026-03-03-00000000";
    cpSync(project.path(`models/registry/churn/${first}`), project.path(`models/registry/churn/${other}`), {
      recursive: true,
    });
    expect((await refusal(other)).describe()).toContain(`expected churn ${other}, found churn ${first}`);

    rmSync(project.path(`models/registry/churn/${second}/weights.bin`));
    expect((await refusal(second)).describe()).toMatch(
      /weights\.bin: the trained model is cut off .* missing/,
    );
    expect((await champions(project)).now).toBe(first);
    expect((await currentPublication(storeOf(project)))?.id).toBe(publication.id);
  });
});
