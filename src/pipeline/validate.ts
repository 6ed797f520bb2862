import { exitCodes, UserError, UserErrors } from "../errors.js";
import { currentPublication, openPublication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import type { Pipeline } from "./open.js";
import { latest } from "./parameters.js";
import { storeFolder } from "./places.js";

/**
 * Checks what opening a pipeline cannot: the columns that notebooks use, against the published tables.
 *
 * @returns the stages that could not be checked, because a table that they read is not published
 * @throws UserErrors with every mistake
 */
export async function validatePipeline(pipeline: Pipeline): Promise<{ unchecked: string[] }> {
  const store = new Store(storeFolder(pipeline));
  const publication = await currentPublication(store);
  const checkable = [...pipeline.stages.values()].filter(({ stage }) => stage.validate);
  const tables = new Set(Object.keys(publication?.tables ?? {}));
  const ready = checkable.filter(({ stage }) => [...stage.reads.keys()].every((table) => tables.has(table)));
  const unchecked = checkable.filter((stage) => !ready.includes(stage)).map(({ name }) => name);
  if (!publication || ready.length === 0) return { unchecked };
  const parameters = Object.fromEntries(
    [...pipeline.parameters].map(([name, value]) => [
      name,
      value === latest ? (publication.parameters[name] ?? null) : value,
    ]),
  );
  const engine = await openPublication(store, publication);
  const errors: UserError[] = [];
  try {
    for (const { stage } of ready) {
      const session = await engine.connect();
      errors.push(...((await stage.validate?.(session, parameters)) ?? []));
      session.close();
    }
  } finally {
    engine.close();
  }
  if (errors.length > 0) {
    throw new UserErrors(
      errors.map(
        ({ message, place, hint }) =>
          new UserError(message, {
            exitCode: exitCodes.usage,
            ...(place ? { place } : {}),
            ...(hint ? { hint } : {}),
          }),
      ),
    );
  }
  return { unchecked };
}
