import { existsSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../fingerprint.js";
import type { StageResult } from "../stages/stage.js";
import type { Publication } from "../warehouse/publication.js";
import type { Fingerprint, Store } from "../warehouse/store.js";
import { definitionOf } from "./definitions.js";
import { codeHash, fingerprintOf, type Ingredients } from "./fingerprints.js";
import { dateSources } from "./graph.js";
import type { OpenStage, Pipeline } from "./open.js";
import { newestEvent } from "./newest-event.js";
import { latest, type ParameterValue } from "./parameters.js";
import { systemTables } from "./system-tables.js";

/** A stage's result as it is remembered. */
export interface StageRecord extends StageResult {
  stage: string;
  fingerprint: Fingerprint;
  ingredients: Ingredients;
  /** Of a model: what it means, apart from data and date. */
  definition?: Fingerprint;
  seconds: number;
  /** Most memory that the process held while the stage ran, in bytes. */
  peakMemory: number;
}

/** A stage whose inputs are known: its fingerprint, and its result where that is in the store. */
export interface SettledStage {
  fingerprint: Fingerprint;
  ingredients: Ingredients;
  record: StageRecord | undefined;
  /** A model that is younger than its stage's `every_days` stands though its inputs changed. */
  isKept: boolean;
}

/** What is known so far of a run or a plan: what each stage's fingerprint is, and which date `latest` is. */
export class Settlement {
  readonly settled = new Map<string, SettledStage>();
  readonly #pipeline: Pipeline;
  readonly #store: Store;
  readonly #published: Publication | undefined;

  constructor(pipeline: Pipeline, store: Store, published: Publication | undefined) {
    this.#pipeline = pipeline;
    this.#store = store;
    this.#published = published;
  }

  /**
   * Settles a stage after all that it needs; undefined while a date that it uses is not known, because the data that
   * tells it is not loaded yet.
   */
  async settle(opened: OpenStage): Promise<SettledStage | undefined> {
    const parameters = this.#parametersOf(opened);
    const inputs = this.#inputsOf(opened);
    if (!parameters || !inputs) return undefined;
    const ingredients: Ingredients = {
      identity: fingerprint(await opened.stage.identity()),
      code: codeHash(opened.kind),
      parameters,
      inputs,
    };
    const id = fingerprintOf(ingredients);
    const made = await this.recordOf(opened.name, id);
    const kept = made ? undefined : await this.#keptModel(opened, ingredients);
    const settled = {
      fingerprint: kept?.fingerprint ?? id,
      ingredients,
      record: made ?? kept,
      isKept: kept !== undefined,
    };
    this.settled.set(opened.name, settled);
    return settled;
  }

  /** Notes a result that has just been made. */
  finish(name: string, record: StageRecord): void {
    const settled = this.settled.get(name);
    if (settled) this.settled.set(name, { ...settled, record });
  }

  /** What a parameter is, `latest` being the newest event; undefined before that is known. */
  valueOf(name: string): ParameterValue | undefined {
    const value = this.#pipeline.parameters.get(name);
    if (value !== latest) return value;
    const events = dateSources(this.#pipeline.stages).map((source) => this.settled.get(source)?.record);
    if (events.some((record) => record === undefined)) return undefined;
    return newestEvent(events.flatMap((record) => record?.newestEvents ?? []));
  }

  /** The parts of `history.<table>` that a run for `asOf` may read: those of earlier dates. */
  historyParts(table: string): Publication["history"][string] {
    const asOf = String(this.valueOf("as_of") ?? "");
    return (this.#published?.history[table] ?? []).filter((part) => part.asOf < asOf);
  }

  /** The stored result of a stage, if all of it is still there. */
  async recordOf(name: string, id: Fingerprint): Promise<StageRecord | undefined> {
    const record = await this.#store.record<StageRecord>(name, id);
    const folder = record?.model?.folder;
    return folder !== undefined && !existsSync(join(this.#pipeline.project, folder)) ? undefined : record;
  }

  #parametersOf({ stage }: OpenStage): Record<string, ParameterValue> | undefined {
    const values: Record<string, ParameterValue> = {};
    for (const name of [...stage.parameters].sort()) {
      const value = this.valueOf(name);
      if (value === undefined) return undefined;
      values[name] = value;
    }
    return values;
  }

  #inputsOf({ name, stage }: OpenStage): Record<string, Fingerprint> | undefined {
    const { graph, stages } = this.#pipeline;
    const inputs: Record<string, Fingerprint> = {};
    for (const table of stage.reads.keys()) {
      const maker = graph.makers.get(table);
      if (maker) {
        const made = this.settled.get(maker);
        if (!made) return undefined;
        inputs[table] = made.fingerprint;
      } else if (systemTables.has(table)) {
        const told = [...stages.values()].filter((other) => other.stage.contract);
        inputs[table] = fingerprint(told.map((other) => this.settled.get(other.name)?.fingerprint ?? ""));
      } else if (table.startsWith("history.")) {
        if (this.valueOf("as_of") === undefined) return undefined;
        inputs[table] = fingerprint(this.historyParts(table.slice("history.".length)));
      }
    }
    for (const needed of graph.needs.get(name) ?? []) {
      const model = stages.get(needed)?.stage.trains;
      if (model !== undefined && model === stage.applies) {
        const trained = this.settled.get(needed);
        if (!trained) return undefined;
        inputs[needed] = trained.fingerprint;
      }
    }
    return inputs;
  }

  async #keptModel({ name, stage }: OpenStage, ingredients: Ingredients): Promise<StageRecord | undefined> {
    const published = this.#published?.stages[name];
    if (stage.everyDays === undefined || published === undefined) return undefined;
    const record = await this.recordOf(name, published);
    const trainedAsOf = record?.model?.trainedAsOf;
    if (!record || trainedAsOf === undefined) return undefined;
    if (record.ingredients.code !== ingredients.code) return undefined;
    if (record.definition !== (await definitionOf(this.#pipeline, name))) return undefined;
    const age = (Date.parse(String(ingredients.parameters.as_of)) - Date.parse(trainedAsOf)) / 86_400_000;
    return age > 0 && age < stage.everyDays ? record : undefined;
  }
}
