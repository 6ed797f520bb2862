import { describe, expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { readPipelineFile } from "../../src/pipeline/pipeline-file.js";
import { mistake, mistakes } from "../support/errors.js";
import { testProject } from "../support/project.js";
import { shopFiles } from "../support/shop.js";

const base = `name: base
currency: USD
params:
  horizon_days: { type: integer, default: 30 }
  share: { type: number, default: 0.5 }
stages:
  orders: { load: data/orders.csv, contract: contracts/orders.yaml }
  cities: { sql: sql/cities.sql }
`;

const extending = `name: extending
extends: base.yaml
params:
  horizon_days: { type: integer, default: 60 }
stages:
  cities: { sql: sql/other_cities.sql }
  towns: { sql: sql/towns.sql }
`;

describe("a pipeline that extends another", () => {
  const project = () =>
    testProject({ "pipelines/base.yaml": base, "pipelines/own/extending.yaml": extending });

  it("has all that the other has, except what it states itself", () => {
    const files = project();
    const { spec } = readPipelineFile(files.path("pipelines/own/extending.yaml"), files.folder);
    expect(spec).toMatchObject({ name: "extending", currency: "USD", store: "data/store" });
    expect(spec.params).toMatchObject({ horizon_days: { default: 60 }, share: { default: 0.5 } });
    expect(Object.keys(spec.stages)).toEqual(["orders", "cities", "towns"]);
    expect(spec.stages.cities).toEqual({ sql: "sql/other_cities.sql" });
  });

  it("knows where each thing is written, and from which folder its files are looked for", () => {
    const files = project();
    const own = files.path("pipelines/own/extending.yaml");
    const { placeOf, fileOf } = readPipelineFile(own, files.folder);
    expect(placeOf(["stages", "cities", "sql"])).toMatchObject({ line: 6 });
    expect(placeOf(["stages", "cities", "sql"]).file).toContain("extending.yaml");
    expect(placeOf(["stages", "orders", "load"])).toMatchObject({ line: 7 });
    expect(placeOf(["stages", "orders", "load"]).file).toContain("base.yaml");
    expect(fileOf(["stages", "towns"])).toBe(own);
    expect(fileOf(["stages", "orders"])).toBe(files.path("pipelines/base.yaml"));
  });

  it("names the file that makes a mistake", async () => {
    const files = project();
    files.replace("pipelines/base.yaml", "currency: USD", "curency: USD");
    const open = () => readPipelineFile(files.path("pipelines/own/extending.yaml"), files.folder);
    const error = await mistake(open);
    expect(error.describe()).toMatch(/base\.yaml:2:1: unknown name 'curency'/);
  });

  it("may not extend itself, nor what is not there", async () => {
    const files = project();
    const open = () => readPipelineFile(files.path("pipelines/own/extending.yaml"), files.folder);
    files.replace("pipelines/base.yaml", "name: base", "name: base\nextends: own/extending.yaml");
    expect((await mistake(open)).message).toContain("extend each other in a circle");
    files.replace("pipelines/own/extending.yaml", "base.yaml", "bases.yaml");
    const gone = await mistake(open);
    expect(gone.describe()).toMatch(/extending\.yaml:2:10: the file bases\.yaml is neither in/);
  });
});

describe("a parameter whose default is what a model's spec says", () => {
  const model = `kind: tabular
name: churn
key: [customer_id]
time: as_of
features: { table: spending }
snapshots: { count: 8, every_days: 45 }
label: { table: spending, column: has_left, known_on: known_on }
words: { rows: customers, positive: left, model: churn model }
output: churn_probability
`;

  function shop(declared: string) {
    const project = testProject({ ...shopFiles(), "models/churn.yaml": model });
    project.replace(
      "pipelines/nightly.yaml",
      "horizon_days: { type: integer, default: 30 }",
      `horizon_days: ${declared}`,
    );
    return project;
  }

  it("follows the spec, and what replaces its values", async () => {
    const { pipeline } = shop(
      "{ type: integer, default: { model: models/churn.yaml, field: snapshots.every_days } }",
    );
    const value = async (options: object) =>
      (await openPipeline(pipeline, options)).parameters.get("horizon_days");
    expect(await value({})).toBe(45);
    expect(await value({ overrides: { model: "churn", assignments: ["snapshots.every_days=20"] } })).toBe(20);
    expect(await value({ parameters: ["horizon_days=10"] })).toBe(10);
  });

  it.each([
    ["snapshots.cuont", "models/churn.yaml has no value snapshots.cuont", "Did you mean 'snapshots.count'?"],
    ["snapshots", "models/churn.yaml has no value snapshots", "snapshots.count"],
    ["output", 'expected output to be of type integer, found "churn_probability"', "Name another field"],
  ])("is a mistake where the field is %s", async (field, message, hint) => {
    const { pipeline } = shop(`{ type: integer, default: { model: models/churn.yaml, field: ${field} } }`);
    const error = await mistake(openPipeline(pipeline));
    expect(error.describe()).toMatch(/nightly\.yaml:5:\d+: /);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it("is a mistake where the model file is not there, or does not fit", async () => {
    const gone = shop("{ type: integer, default: { model: models/chrun.yaml, field: seed } }");
    expect((await mistake(openPipeline(gone.pipeline))).describe()).toMatch(
      /nightly\.yaml:5:\d+: the file models\/chrun\.yaml/,
    );
    const broken = shop("{ type: integer, default: { model: models/churn.yaml, field: seed } }");
    broken.replace("models/churn.yaml", "output:", "outptu:");
    expect((await mistakes(openPipeline(broken.pipeline))).map((error) => error.describe()).join()).toMatch(
      /models\/churn\.yaml:9:1: unknown name 'outptu'/,
    );
  });
});
