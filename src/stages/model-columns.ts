import { UserError, type Place } from "../errors.js";
import { identifier, type Session } from "../warehouse/engine.js";
import { suggest } from "../suggest.js";
import { featureNames } from "./model-features.js";
import type { ModelSpec } from "./model-spec.js";
import type { RunContext } from "./stage.js";

export type PlaceOf = (path: readonly PropertyKey[]) => Place;

/** A column that a model file names, and where. */
interface NamedColumn {
  name: string;
  path: PropertyKey[];
}

/**
 * Makes sure that a table has the columns that a model reads, and that no feature's past is lost.
 *
 * @throws UserError with the place in the model file
 */
export async function checkFeatures(
  run: RunContext,
  spec: ModelSpec,
  table: string,
  place: PlaceOf,
): Promise<void> {
  const named: NamedColumn[] = [
    ...spec.key.map((name, index) => ({ name, path: ["key", index] })),
    { name: spec.time, path: ["time"] },
  ];
  if (spec.kind === "text") {
    named.push({ name: spec.features.text, path: ["features", "text"] });
    spec.features.numbers.forEach((name, index) =>
      named.push({ name, path: ["features", "numbers", index] }),
    );
  } else {
    const [field, names] =
      "columns" in spec.features ? ["columns", spec.features.columns] : ["except", spec.features.except];
    names.forEach((name, index) => named.push({ name, path: ["features", field, index] }));
    if (spec.worth !== undefined) named.push({ name: spec.worth, path: ["worth"] });
    if (spec.cluster !== undefined) named.push({ name: spec.cluster, path: ["cluster"] });
  }
  spec.sensitive.forEach((name, index) => named.push({ name, path: ["sensitive", index] }));
  const columns = await columnNames(run.session, table);
  requireColumns(named, columns, table, place);
  refuseLostPast(run, spec, columns, place);
}

/** Makes sure that the label's table has its columns. @throws UserError with the place in the model file */
export async function checkLabel(run: RunContext, { label, key }: ModelSpec, place: PlaceOf): Promise<void> {
  const named: NamedColumn[] = [
    ...key.map((name, index) => ({ name, path: ["key", index] })),
    { name: label.column, path: ["label", "column"] },
    { name: label.known_on, path: ["label", "known_on"] },
  ];
  requireColumns(named, await columnNames(run.session, label.table), label.table, place);
}

function requireColumns(
  named: readonly NamedColumn[],
  columns: readonly string[],
  table: string,
  place: PlaceOf,
): void {
  for (const { name, path } of named) {
    if (columns.includes(name)) continue;
    throw new UserError(`the table ${table} has no column ${name}`, {
      place: place(path),
      hint: suggest(name, columns),
    });
  }
}

function refuseLostPast(run: RunContext, spec: ModelSpec, features: readonly string[], place: PlaceOf): void {
  for (const name of featureNames(spec, features)) {
    const origin = run.lostPast.get(name);
    if (origin === undefined) continue;
    throw new UserError(`the feature ${name} is ${origin} as it is today`, {
      place: place(["features"]),
      hint: "Its value in the past is not known (current_only in the contract). Leave it out of the features.",
    });
  }
}

async function columnNames(session: Session, table: string): Promise<string[]> {
  return (await session.describe(`select * from ${identifier(table)}`)).map(({ name }) => name);
}
