import { readdirSync } from "node:fs";
import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { Project } from "../support/project.js";
import { run } from "../support/run.js";
import { shopWithModelFiles } from "../support/shop.js";

const project = new Project(shopWithModelFiles());
let folder: string;

beforeAll(async () => {
  project.replace(
    "pipelines/sql/visits.sql",
    "(hash(customer_id, month) % 10)",
    "if(month % 2 = 0, 'north', '<b>south|west</b>') as area, (hash(customer_id, month) % 10)",
  );
  project.replace("models/churn.yaml", "output:", "sensitive: [area]\nhorizon_days: 30\noutput:");
  const { publication } = await run(project);
  folder = `models/registry/churn/${publication.models.churn}`;
});

afterAll(() => project.remove());

describe("a version's folder", () => {
  it("holds the model in TensorFlow.js's layout, its spec, what it was made of, and its card in both languages", () => {
    expect(readdirSync(project.path(folder)).sort()).toEqual([
      "about.json",
      "card.html",
      "card.it.html",
      "card.it.md",
      "card.md",
      "model.json",
      "spec.json",
      "weights.bin",
    ]);
    const about = JSON.parse(project.read(`${folder}/about.json`)) as Record<string, unknown>;
    expect(about).toMatchObject({
      model: "churn",
      trained_as_of: "2026-03-03",
      seed: 1,
      code: { version: expect.stringMatching(/^\d+\./) as string },
      data: { visits: expect.stringMatching(/^[0-9a-f]{20}$/) as string },
      parameters: { as_of: "2026-03-03", horizon_days: 30 },
    });
    expect(Object.keys(about.files as object)).toHaveLength(7);
  });
});

describe("a model card", () => {
  it("is one page a language that asks for nothing from anywhere", () => {
    for (const file of ["card.html", "card.it.html"]) {
      const html = project.read(`${folder}/${file}`);
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(html).toContain("<svg");
      expect(html).toContain("AUC");
      expect(html).not.toContain("<b>south");
    }
    expect(project.read(`${folder}/card.it.html`)).toContain("Uso previsto");
  });

  it("says in Markdown what the page says, data being text", () => {
    const card = project.read(`${folder}/card.md`);
    expect(card).toMatch(/^# Model card: churn\n/);
    expect(card).toContain("## Intended use");
    expect(card).toMatch(/\| AUC \| 0\.\d{4} \| 0\.\d{4} \| 0\.\d{4} \|/);
    expect(card).toMatch(/\| area \| &lt;b&gt;south\\\|west&lt;\/b&gt; \| \d+ \| AUC \|/);
    expect(card).toContain("The label looks 30 days ahead.");
    expect(project.read(`${folder}/card.it.md`)).toContain("L'etichetta guarda avanti di 30 giorni.");
  });
});
