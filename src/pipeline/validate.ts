import { exitCodes, UserError, UserErrors } from "../errors.js";
import { validateEdition } from "../stages/report-edition.js";
import { openDuckDb } from "../warehouse/duckdb.js";
import type { Engine, Session } from "../warehouse/engine.js";
import { currentPublication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import { makeIndexShapes } from "./index-report.js";
import type { Pipeline } from "./open.js";
import { storeFolder } from "./places.js";
import { makeShapes, shapeParameters } from "./shapes.js";

/**
 * Checks what opening a pipeline cannot: every column that SQL files, analyses and notebooks use, against tables without rows.
 * Nothing runs, and nothing need be published.
 *
 * @returns the stages that could not be checked in full: a table that they read is made in a way that only a run can tell
 * @throws UserErrors with every mistake
 */
export async function validatePipeline(pipeline: Pipeline): Promise<{ unchecked: string[] }> {
  const store = new Store(storeFolder(pipeline));
  const publication = await currentPublication(store);
  const engine = await openDuckDb({
    timeZone: pipeline.spec.time_zone,
    allowedDirectories: [store.folder],
  });
  try {
    const session = await engine.connect();
    const { errors, unknown } = await makeShapes(pipeline, session, { store, publication });
    const parameters = shapeParameters(pipeline, publication);
    errors.push(...(await validateStages(pipeline, engine, parameters, unknown)));
    if (pipeline.index) {
      await makeIndexShapes(session, pipeline.index, unknown);
      errors.push(...(await validateEdition(pipeline.index, session, parameters, unknown)));
    }
    session.close();
    if (errors.length > 0) throw new UserErrors(errors.map(ofUsage));
    const unchecked = [...pipeline.stages.values()].filter(({ stage }) =>
      [...stage.reads.keys()].some((table) => unknown.has(table)),
    );
    return { unchecked: unchecked.map(({ name }) => name) };
  } finally {
    engine.close();
  }
}

async function validateStages(
  pipeline: Pipeline,
  engine: Engine,
  parameters: Parameters<typeof validateEdition>[2],
  unknown: ReadonlySet<string>,
): Promise<UserError[]> {
  const errors: UserError[] = [];
  for (const { stage } of pipeline.stages.values()) {
    if (!stage.validate) continue;
    const session: Session = await engine.connect();
    errors.push(...(await stage.validate(session, parameters, unknown)));
    session.close();
  }
  return errors;
}

/** A mistake that would stop a run is here one of the file. */
function ofUsage({ message, place, hint }: UserError): UserError {
  return new UserError(message, {
    exitCode: exitCodes.usage,
    ...(place ? { place } : {}),
    ...(hint ? { hint } : {}),
  });
}
