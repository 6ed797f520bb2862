import { UserError, UserErrors, type Place } from "../errors.js";
import { suggest } from "../suggest.js";
import type { OpenStage } from "./open.js";
import { latest, type ParameterValue } from "./parameters.js";
import { systemTables } from "./system-tables.js";

/** What must be finished before what. */
export interface Graph {
  /** Stage names in an order that runs: each after all that it needs, otherwise as written. */
  order: string[];
  /** Stage -> the stages that it needs. */
  needs: Map<string, Set<string>>;
  /** Table -> the stage that makes it. */
  makers: Map<string, string>;
}

/**
 * Reads the graph out of what the stages say they read and make.
 *
 * @throws UserErrors for tables that nobody makes or that two stages make, and for cycles
 */
export function buildGraph(
  stages: ReadonlyMap<string, OpenStage>,
  parameters: ReadonlyMap<string, ParameterValue>,
  place: (...path: string[]) => Place,
): Graph {
  const makers = new Map<string, string>();
  const errors: UserError[] = [];
  for (const { name, stage } of stages.values()) {
    for (const table of stage.makes) {
      const other = makers.get(table) ?? (systemTables.has(table) ? "the run itself" : undefined);
      if (other !== undefined) {
        errors.push(
          new UserError(`the table ${table} is made by ${other} already`, {
            place: place("stages", name),
            hint: "Rename the stage.",
          }),
        );
      }
      makers.set(table, name);
    }
  }
  const needs = new Map<string, Set<string>>();
  for (const { name, stage } of stages.values()) {
    const needed = new Set<string>();
    for (const [table, mention] of stage.reads) {
      try {
        for (const maker of makersOf(table, makers, stages)) needed.add(maker);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        errors.push(
          new UserError(error.message, { place: mention, ...(error.hint ? { hint: error.hint } : {}) }),
        );
      }
    }
    if (stage.applies !== undefined) {
      const trainer = [...stages.values()].find((other) => other.stage.trains?.file === stage.applies);
      if (trainer) needed.add(trainer.name);
      else {
        errors.push(
          new UserError(`no stage trains ${stage.applies}`, {
            place: place("stages", name),
            hint: `Add a stage { train: ${stage.applies} }.`,
          }),
        );
      }
    }
    needs.set(name, needed);
  }
  if (errors.length > 0) throw new UserErrors(errors);
  addDateNeeds(stages, parameters, needs);
  return { order: ordered(stages, needs, place), needs, makers };
}

/** The stages that make a table, or, for a table of the run itself, those that it tells of. */
function makersOf(
  table: string,
  makers: ReadonlyMap<string, string>,
  stages: ReadonlyMap<string, OpenStage>,
): Iterable<string> {
  const maker = makers.get(table);
  if (maker) return [maker];
  const system = systemTables.get(table);
  if (system) return [...stages.values()].flatMap(({ name, stage }) => (system.tellsOf(stage) ? [name] : []));
  const remembered = [...stages.values()]
    .filter(({ stage }) => stage.history)
    .map(({ name }) => `history.${name}`);
  if (remembered.includes(table)) return [];
  throw new UserError(`unknown table ${table}`, {
    hint: suggest(table, [...makers.keys(), ...systemTables.keys(), ...remembered]),
  });
}

function contracted(stages: ReadonlyMap<string, OpenStage>): OpenStage[] {
  return [...stages.values()].filter(({ stage }) => stage.contract !== undefined);
}

/** A date that is `latest` is known when the tables with events are there, unless they need that date themselves. */
function addDateNeeds(
  stages: ReadonlyMap<string, OpenStage>,
  parameters: ReadonlyMap<string, ParameterValue>,
  needs: ReadonlyMap<string, Set<string>>,
): void {
  const dates = [...parameters].filter(([, value]) => value === latest).map(([name]) => name);
  const sources = dateSources(stages);
  for (const { name, stage } of stages.values()) {
    if (!dates.some((date) => stage.parameters.has(date))) continue;
    for (const source of sources) if (source !== name) needs.get(name)?.add(source);
  }
}

/** The stages whose events say what `latest` is: those with a contract that names `event_at` and with data required. */
export function dateSources(stages: ReadonlyMap<string, OpenStage>): string[] {
  return contracted(stages)
    .filter(({ stage }) => stage.contract?.event_at !== undefined && !stage.optional)
    .map(({ name }) => name);
}

function ordered(
  stages: ReadonlyMap<string, OpenStage>,
  needs: ReadonlyMap<string, Set<string>>,
  place: (...path: string[]) => Place,
): string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    const loop = path.indexOf(name);
    if (loop >= 0) {
      const cycle = [...path.slice(loop), name];
      const [first = name, second = name] = cycle;
      throw new UserError(`the stages need each other in a circle: ${cycle.join(" -> ")}`, {
        place: stages.get(first)?.stage.reads.get(second) ?? place("stages", first),
        hint: "Let one of them read something else.",
      });
    }
    path.push(name);
    for (const needed of needs.get(name) ?? []) visit(needed);
    path.pop();
    done.add(name);
    order.push(name);
  };
  for (const name of stages.keys()) visit(name);
  return order;
}
