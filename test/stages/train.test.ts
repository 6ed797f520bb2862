import { describe, expect, it } from "vitest";
import { testProject } from "../support/project.js";
import { ask, run } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

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

  it("learns from rows drawn by lot where there are more than it takes, and says so", async () => {
    const project = testProject(shopWithModelFiles());
    project.replace("models/churn.yaml", "output:", "most_rows: 700\noutput:");
    const { notices } = await run(project);
    expect(notices.join()).toMatch(
      /churn: it learns from (6[4-9]\d|7[0-6]\d) of 1,212 labelled rows, drawn by lot/,
    );
    const [about] = await ask(project, "select train_rows from churn_model");
    expect(about?.train_rows).toBeLessThan(700);
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
