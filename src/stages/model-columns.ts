import { UserError, type Place } from "../errors.js";
import { identifier, type Session } from "../warehouse/engine.js";
import { suggest } from "../yaml.js";
import type { ModelSpec } from "./model-spec.js";
import type { RunContext } from "./stage.js";

export type PlaceOf = (path: readonly PropertyKey[]) => Place;

/**
 * Makes sure that the tables have the columns that a model file names, and that no feature's past is lost.
 *
 * @throws UserError with the place in the model file
 */
export async function checkModelColumns(run: RunContext, spec: ModelSpec, place: PlaceOf): Promise<void> {
  const features = await columnNames(run.session, spec.features.table);
  const labels = await columnNames(run.session, spec.label.table);
  const named: [string[], string, readonly string[], string][] = [
    ...spec.key.map((name, index): [string[], string, readonly string[], string] => [
      ["key", String(index)],
      name,
      features,
      spec.features.table,
    ]),
    [["time"], spec.time, features, spec.features.table],
    [["label", "column"], spec.label.column, labels, spec.label.table],
    [["label", "known_on"], spec.label.known_on, labels, spec.label.table],
  ];
  if (spec.kind === "text") {
    named.push([["features", "text"], spec.features.text, features, spec.features.table]);
    spec.features.numbers.forEach((name, index) =>
      named.push([["features", "numbers", String(index)], name, features, spec.features.table]),
    );
  } else {
    spec.features.except.forEach((name, index) =>
      named.push([["features", "except", String(index)], name, features, spec.features.table]),
    );
    if (spec.cluster) named.push([["cluster"], spec.cluster, features, spec.features.table]);
  }
  for (const [path, name, columns, table] of named) {
    if (columns.includes(name)) continue;
    throw new UserError(`the table ${table} has no column ${name}`, {
      place: place(path),
      hint: suggest(name, columns),
    });
  }
  refuseLostPast(run, spec, features, place);
}

function refuseLostPast(run: RunContext, spec: ModelSpec, features: readonly string[], place: PlaceOf): void {
  const left = spec.kind === "tabular" ? new Set([...spec.features.except, ...spec.key]) : new Set<string>();
  const used = spec.kind === "tabular" ? features.filter((name) => !left.has(name)) : spec.features.numbers;
  for (const name of used) {
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
