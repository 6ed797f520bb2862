import { describe, expect, it } from "vitest";
import { planPipeline } from "../../src/pipeline/plan.js";
import { testProject } from "../support/project.js";
import { ask, open, run } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

async function reasonOf(project: ReturnType<typeof testProject>, stage: string, ...parameters: string[]) {
  const planned = await planPipeline(await open(project, ...parameters));
  return planned.find(({ name }) => name === stage)?.reason;
}

describe("a model in a pipeline", () => {
  it("is trained, measured on later data, applied, and named in the publication", async () => {
    const project = testProject(shopWithModelFiles());
    const { publication, manifest } = await run(project);
    expect(publication.models.churn).toMatch(/^2026-03-03-[0-9a-f]{8}$/);
    expect(manifest.models).toEqual(publication.models);
    expect(manifest.backend).toMatch(/^(wasm|native|tensorflow)/);
    expect(
      await ask(
        project,
        "select count(*) as n from churn_metrics where metric = 'auc' and value between 0 and 1",
      ),
    ).toEqual([{ n: 1 }]);
    const [scores] = await ask(
      project,
      "select count(*) as n, min(churn_probability) as low, max(churn_probability) as high from churn_scores",
    );
    expect(scores?.n).toBe(1212);
    expect(scores?.low).toBeGreaterThanOrEqual(0);
    expect(scores?.high).toBeLessThanOrEqual(1);
    expect(project.read("reports/out/summary.it.html")).toContain("Ci sono <bdi>303</bdi> clienti.");
    expect(publication.findings.en).toEqual(["303 customers"]);
  });

  it("is kept while it is young enough, and trained again when it is not", async () => {
    const project = testProject(shopWithModelFiles());
    project.replace(
      "pipelines/nightly.yaml",
      "{ train: models/churn.yaml }",
      "{ train: models/churn.yaml, every_days: 7 }",
    );
    const { publication } = await run(project);
    project.write("data/inbox/customers-3.csv", "customer_id,name,city\nn1,New,Pisa\n");
    expect(await reasonOf(project, "churn", "as_of=2026-03-09")).toBe(
      "kept: trained on 2026-03-03, every 7 days is enough",
    );
    const second = await run(project, "as_of=2026-03-09");
    expect(second.statuses).toMatchObject({ visits: "made", churn: "kept", churn_scores: "made" });
    expect(second.publication.models).toEqual(publication.models);
    expect(await reasonOf(project, "churn", "as_of=2026-03-10")).toContain(
      "$as_of changed from 2026-03-03 to 2026-03-10",
    );
    const third = await run(project, "as_of=2026-03-10");
    expect(third.statuses.churn).toBe("made");
    expect(third.publication.models.churn).toMatch(/^2026-03-10-/);
    const again = await run(project, "as_of=2026-03-09");
    expect(again.statuses.churn).toBe("made");
    expect(again.publication.models.churn).toMatch(/^2026-03-09-/);
    const back = await run(project, "as_of=2026-03-10");
    expect(back.statuses.churn).toBe("reused");
    expect(back.publication.models).toEqual(third.publication.models);
  });

  it("is refused, in words, for a label with too few of one kind; the rest is published", async () => {
    const project = testProject(shopWithModelFiles());
    project.replace(
      "pipelines/sql/leaving.sql",
      "complaints > visits as has_left",
      "customer_id = 'c1' as has_left",
    );
    const { publication, notices } = await run(project);
    expect(publication.models).toEqual({});
    expect(notices.join()).toMatch(/churn is not trained: \d of 909 customers left: no churn model/);
    expect(await ask(project, "select count(*) as n from churn_scores")).toEqual([{ n: 0 }]);
    expect(await ask(project, "select count(*) as n from spending")).toEqual([{ n: 303 }]);
  });
});
