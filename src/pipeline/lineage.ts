import { UserError, UserErrors } from "../errors.js";
import type { Graph } from "./graph.js";
import type { OpenStage } from "./open.js";

/** What a table is made of, up to the tables that come in under a contract. */
export interface Lineage {
  /** Tables under a contract, tables of history and tables of the run itself. */
  sources: string[];
  /** The stages that make it out of these by SQL, each after all that it reads. */
  statements: OpenStage[];
  /** Tables that no statement makes, such as scores, each with the stage that makes it. */
  others: { table: string; maker: OpenStage; reader: OpenStage }[];
}

/** Walks from a table up to where its data comes in. */
export function lineageOf(
  table: string,
  stages: ReadonlyMap<string, OpenStage>,
  { makers, order }: Graph,
): Lineage {
  const sources = new Set<string>();
  const made = new Set<string>();
  const others: Lineage["others"] = [];
  const visit = (name: string, reader: OpenStage | undefined): void => {
    const maker = stages.get(makers.get(name) ?? "");
    if (!maker || maker.stage.contract) {
      sources.add(name);
    } else if (maker.stage.statement) {
      if (made.has(maker.name)) return;
      made.add(maker.name);
      for (const read of maker.stage.reads.keys()) visit(read, maker);
    } else if (reader) {
      others.push({ table: name, maker, reader });
    }
  };
  visit(table, undefined);
  return {
    sources: [...sources],
    statements: order.flatMap((name) => (made.has(name) ? (stages.get(name) ?? []) : [])),
    others,
  };
}

/**
 * Refuses features that come, directly or through other tables, from scores or from anything else that a stage other than
 * SQL made tonight: for an earlier date it knows what came later.
 *
 * @throws UserErrors naming the statement that reads it
 */
export function refuseLateScores(stages: ReadonlyMap<string, OpenStage>, graph: Graph): void {
  const learnt = new Set([...stages.values()].flatMap(({ stage }) => stage.features?.table ?? []));
  const errors = new Map<string, UserError>();
  for (const table of learnt) {
    for (const { table: other, maker, reader } of lineageOf(table, stages, graph).others) {
      const place = reader.stage.reads.get(other);
      const what =
        maker.stage.applies === undefined ? `the ${maker.kind} stage ${maker.name}` : maker.stage.applies;
      errors.set(
        `${reader.name} ${other}`,
        new UserError(
          `the features in ${table} come from ${other}, which ${what} makes tonight: for an earlier date it knows what came later`,
          {
            ...(place ? { place } : {}),
            hint: `Remember ${maker.name} with history, and read history.${maker.name} where its as_of is before the feature's.`,
          },
        ),
      );
    }
  }
  if (errors.size > 0) throw new UserErrors([...errors.values()]);
}
