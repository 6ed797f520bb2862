import { describe, expect, it } from "vitest";
import { formatPlace } from "../../src/errors.js";
import { openPipeline } from "../../src/pipeline/open.js";
import { mistake, mistakes } from "../support/errors.js";
import { testProject, type Project } from "../support/project.js";
import { open } from "../support/run.js";
import { shopFiles } from "../support/shop.js";

/** A project of statements alone: `{ name: sql }`. */
function statements(sql: Record<string, string>, more = ""): Project {
  const stages = Object.keys(sql).map((name) => `  ${name}: { sql: ${name}.sql }\n`);
  return testProject({
    "pipelines/nightly.yaml": `name: shop\nparams: { as_of: { type: date, default: 2026-03-01 } }\nstages:\n${stages.join("")}${more}`,
    ...Object.fromEntries(Object.entries(sql).map(([name, text]) => [`pipelines/${name}.sql`, text])),
  });
}

describe("the graph of a pipeline", () => {
  it("is read from what the files name, and runs in an order that keeps it, otherwise as written", async () => {
    const pipeline = await open(
      statements({ d: "from b, c", b: "from a", c: "from a", a: "select 1 as x", e: "select 2" }),
    );
    expect(pipeline.graph.order).toEqual(["a", "b", "c", "d", "e"]);
    expect([...(pipeline.graph.needs.get("d") ?? [])]).toEqual(["b", "c"]);
    expect(pipeline.graph.makers.get("d")).toBe("d");
  });

  it("waits with what uses the newest date for the tables that tell it", async () => {
    const pipeline = await open(testProject(shopFiles()));
    expect(pipeline.graph.needs.get("paid_orders")).toEqual(new Set(["orders"]));
    expect(pipeline.graph.needs.get("spending")).toEqual(new Set(["paid_orders", "customers", "orders"]));
    expect(pipeline.graph.needs.get("cities")).toEqual(new Set(["customers"]));
  });

  it("may not be a circle: the stages in it are named, and the place where it begins", async () => {
    const error = await mistake(open(statements({ a: "select *\nfrom c", b: "from a", c: "from b" })));
    expect(error.message).toBe("the stages need each other in a circle: a -> c -> b -> a");
    expect(formatPlace(error.place ?? { file: "" })).toBe("pipelines/a.sql:2:6");
    expect(error.hint).toBeTruthy();
  });

  it("may not have a stage that reads its own table", async () => {
    const error = await mistake(open(statements({ a: "select 1 union all from a" })));
    expect(error.message).toContain("a -> a");
  });

  it("has no table that nobody makes: the place and the nearest name are told", async () => {
    const error = await mistake(open(statements({ orders: "select 1", b: "select 'è',\n x from ordres" })));
    expect(error.describe()).toBe("pipelines/b.sql:2:9: unknown table ordres\n  Did you mean 'orders'?");
  });

  it("has one maker for each table, and leaves the run's own tables alone", async () => {
    const error = await mistake(open(statements({ quarantine: "select 1" })));
    expect(error.message).toBe("the table quarantine is made by the run itself already");
    expect(error.place).toMatchObject({ line: 4 });
  });

  it("lets a stage read the run's own tables after all that they tell of", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "  cities:", "  losses: { sql: sql/losses.sql }\n  cities:");
    project.write(
      "pipelines/sql/losses.sql",
      "select table_name, count(*) as n from quarantine group by all",
    );
    const pipeline = await open(project);
    expect(pipeline.graph.needs.get("losses")).toEqual(new Set(["customers", "orders"]));
  });

  it("may read what the checks found, but no check may hang on that", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "  cities:", "  losses: { sql: sql/losses.sql }\n  cities:");
    project.write("pipelines/sql/losses.sql", "select name, failures from checks");
    const pipeline = await open(project);
    expect(pipeline.graph.needs.get("losses")).toEqual(new Set(["no_negative_spending"]));
    project.write("pipelines/sql/no_negative_spending.sql", "select * from losses where failures > 0");
    expect((await mistake(open(project))).message).toContain("need each other in a circle");
  });
});

describe("a pipeline's files", () => {
  it("are looked for beside it and in the folders above, up to the project's", async () => {
    const project = testProject({
      "pipelines/examples/shop.yaml":
        "name: shop\nstages:\n  a: { sql: a.sql }\n  b: { sql: sql/b.sql }\n  c: { sql: c.sql }\n",
      "pipelines/examples/a.sql": "select 1",
      "pipelines/sql/b.sql": "select 2",
      "c.sql": "select 3",
    });
    const pipeline = await openPipeline(project.path("pipelines/examples/shop.yaml"));
    expect([...pipeline.stages.keys()]).toEqual(["a", "b", "c"]);
    expect(pipeline.project).toBe(project.folder);
  });

  it("that are missing are named with their place and the nearest file", async () => {
    const project = testProject(shopFiles());
    project.replace("pipelines/nightly.yaml", "sql/cities.sql", "sql/citties.sql");
    const error = await mistake(open(project));
    expect(error.message).toBe("the file sql/citties.sql is neither in pipelines nor in a folder above");
    expect(error.place).toMatchObject({ line: 13 });
    expect(error.hint).toBe("Did you mean 'cities.sql'?");
  });

  it("the pipeline's own included", async () => {
    const project = testProject(shopFiles());
    const error = await mistake(openPipeline(project.path("pipelines/nigthly.yaml")));
    expect(error.message).toMatch(/^expected the file .*nigthly\.yaml, found nothing$/);
    expect(error.hint).toBe("Did you mean 'nightly.yaml'?");
  });

  it("are all read before anything is said: every mistake is told", async () => {
    const project = testProject(shopFiles());
    project.write("pipelines/sql/cities.sql", "select * fro customers");
    project.write("pipelines/sql/paid_orders.sql", "select now()");
    project.replace("pipelines/contracts/orders.yaml", "type: timestamp", "type: timestmp");
    const errors = await mistakes(open(project));
    expect(errors.map(({ place }) => place?.file)).toEqual([
      "pipelines/contracts/orders.yaml",
      "pipelines/sql/paid_orders.sql",
      "pipelines/sql/cities.sql",
    ]);
  });

  it("use only parameters that are declared: where they do not, the place is told", async () => {
    const project = statements({ a: "select 1\nwhere 1 > $horizon" });
    const error = await mistake(open(project));
    expect(error.message).toBe("stage a uses the parameter $horizon, which the pipeline does not declare");
    expect(formatPlace(error.place ?? { file: "" })).toBe("pipelines/a.sql:2:11");
    expect(error.hint).toContain("as_of");
  });
});

describe("a column that is overwritten in place", () => {
  const model = `kind: tabular
name: churn
key: [customer_id]
time: as_of
label: { table: labels, column: left, known_on: known_on }
words: { rows: customers, positive: left, model: churn model }
output: probability
features: { table: features }
`;

  function withFeatures(features: string, staging = "select customer_id, city from customers"): Project {
    const files = shopFiles();
    const project = testProject({
      ...files,
      "pipelines/nightly.yaml": `${files["pipelines/nightly.yaml"]}  staged: { sql: sql/staged.sql }
  features: { sql: sql/features.sql }
  labels: { sql: sql/labels.sql }
  churn: { train: models/churn.yaml }
`,
      "pipelines/sql/staged.sql": staging,
      "pipelines/sql/features.sql": features,
      "pipelines/sql/labels.sql":
        "select customer_id, $as_of::date as as_of, true as left, $as_of::date as known_on from customers",
      "models/churn.yaml": model,
    });
    return project;
  }

  it.each([
    ["under its name", "select customer_id, $as_of::date as as_of, city from customers", undefined],
    ["renamed", "select customer_id, city as town from customers", undefined],
    ["within an expression", "select customer_id, city = 'Prato' as is_local from customers", undefined],
    ["through staging", "select customer_id, city from staged", undefined],
    [
      "renamed in staging",
      "select customer_id, town from staged",
      "select customer_id, city as town from customers",
    ],
    [
      "renamed twice in staging",
      "select customer_id, place from staged",
      "with t as (select customer_id, city as town from customers) select customer_id, town as place from t",
    ],
    [
      "renamed by position",
      "select customer_id, town from staged",
      "with t(customer_id, town) as (select customer_id, city from customers) select * from t",
    ],
    [
      "renamed by position in FROM",
      "select customer_id, town from staged",
      "select * from (select customer_id, city from customers) as t(customer_id, town)",
    ],
    ["through staging with a star", "select customer_id, city from staged", "select * from customers"],
  ])("is refused as a feature, %s", async (_name, features, staging) => {
    const error = await mistake(open(withFeatures(features, staging)));
    expect(error.message).toMatch(
      /^the feature statement uses (city|town|place), which is customers\.city as it is today$/,
    );
    expect(error.place?.file).toBe("pipelines/sql/features.sql");
    expect(error.place?.column).toBeGreaterThan(1);
    expect(error.hint).toContain("current_only");
  });

  it("is allowed elsewhere, and features may leave it out", async () => {
    const { lostPast } = await open(
      withFeatures("select customer_id, $as_of::date as as_of, name from customers"),
    );
    expect(lostPast.get("staged")?.get("city")).toBe("customers.city");
    expect([...(lostPast.get("features") ?? [])]).toEqual([]);
  });

  it("is known by all its names where a star takes it along, for the training to refuse", async () => {
    const { lostPast } = await open(
      withFeatures("select * from staged", "select customer_id, city as town from customers"),
    );
    expect(lostPast.get("features")?.get("town")).toBe("customers.city");
  });
});
