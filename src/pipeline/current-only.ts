import { UserError, UserErrors } from "../errors.js";
import { anyColumn, type SqlFacts } from "../warehouse/syntax.js";
import type { Graph } from "./graph.js";
import type { OpenStage } from "./open.js";

/** Table -> its columns whose past is lost -> the contract's column that they come from, as `table.column`. */
export type LostPast = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Follows a contract's `current_only` columns through the statements, under whatever name, and refuses statements that use
 * them for a table that a model learns from.
 *
 * @throws UserErrors naming the statement, the column and where it comes from
 */
export function followCurrentOnly(stages: ReadonlyMap<string, OpenStage>, graph: Graph): LostPast {
  const featureStages = new Set(
    [...stages.values()].flatMap(({ stage }) =>
      stage.features ? [graph.makers.get(stage.features.table)] : [],
    ),
  );
  const lost = new Map<string, Map<string, string>>();
  const errors: UserError[] = [];
  for (const name of graph.order) {
    const opened = stages.get(name);
    if (!opened) continue;
    const { stage } = opened;
    const columns = new Map<string, string>();
    for (const [column, { current_only }] of Object.entries(stage.contract?.columns ?? {})) {
      if (current_only) columns.set(column, `${name}.${column}`);
    }
    const inherited = new Map([...stage.reads.keys()].flatMap((table) => [...(lost.get(table) ?? [])]));
    if (stage.statement) {
      const { file, facts } = stage.statement;
      for (const [column, origin] of inherited) {
        const mention = facts.columns.get(column);
        if (!mention && !facts.hasStar) continue;
        if (featureStages.has(name) && mention) {
          errors.push(
            new UserError(`the feature statement uses ${column}, which is ${origin} as it is today`, {
              place: mention ?? { file },
              hint: "Its value in the past is not known (current_only in the contract): a model would learn from the future. Leave it out.",
            }),
          );
        }
        for (const alias of namesOf(column, facts.aliases)) columns.set(alias, origin);
      }
    }
    for (const table of stage.makes) lost.set(table, columns);
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return lost;
}

/** A column's name and all that the statement gives it, also by way of each other. */
function namesOf(column: string, aliases: SqlFacts["aliases"]): Set<string> {
  const names = new Set([column]);
  for (const name of names) {
    for (const [alias, sources] of aliases) if (sources.has(name) || sources.has(anyColumn)) names.add(alias);
  }
  return names;
}
