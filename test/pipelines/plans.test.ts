import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openPipeline } from "../../src/pipeline/open.js";
import { makeShapes, shapeParameters } from "../../src/pipeline/shapes.js";
import { openDuckDb } from "../../src/warehouse/duckdb.js";
import { Store } from "../../src/warehouse/store.js";
import { testProject } from "../support/project.js";

/** One side of these joins has a row per date, friction, driver, word or competitor, however many customers there are. */
const ofFewRows = [
  "advocates",
  "attachment_spine",
  "complaint_followups",
  "feedback_signs",
  "friction_cohort",
  "friction_shares",
  "spine",
  "warning_events",
  "what_to_do_first",
];

describe("the engine's plans of the nightly statements", () => {
  it("compare every row of one table with every row of another only where one of them stays short", async () => {
    const project = testProject();
    const file = fileURLToPath(new URL("../../pipelines/nightly.yaml", import.meta.url));
    const pipeline = await openPipeline(file);
    const engine = await openDuckDb();
    const session = await engine.connect();
    await makeShapes(pipeline, session, { store: new Store(project.path("store")), publication: undefined });
    const parameters = shapeParameters(pipeline, undefined);
    const slow: string[] = [];
    for (const { name, stage } of pipeline.stages.values()) {
      if (!stage.statement) continue;
      const { sql, facts } = stage.statement;
      const named = Object.fromEntries(
        [...facts.parameters.keys()].map((key) => [key, parameters[key] ?? null]),
      );
      const { rows } = await session.query(`explain (format json) ${sql}`, named);
      if (JSON.stringify(rows).includes("BLOCKWISE_NL_JOIN")) slow.push(name);
    }
    session.close();
    engine.close();
    expect(slow.sort()).toEqual(ofFewRows);
  });
});
