import { existsSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../fingerprint.js";
import type { StageResult, TrainingContext, TrainingStage } from "../stages/stage.js";
import { versionName } from "../stages/model-version.js";
import type { Publication } from "../warehouse/publication.js";
import type { Fingerprint, Store } from "../warehouse/store.js";
import { findChampion } from "./champion.js";
import { definitionsOf } from "./definitions.js";
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
  seconds: number;
  /** Most memory that the process held while the stage ran, in bytes. */
  peakMemory: number;
}

/** A stage whose inputs are known: its fingerprint, and its result where that is in the store. */
export interface SettledStage {
  fingerprint: Fingerprint;
  ingredients: Ingredients;
  record: StageRecord | undefined;
  /** The champion of a model stands though the inputs changed. */
  isKept: boolean;
  /** Of a training stage that is to run. */
  training?: TrainingContext;
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
    const settled = opened.stage.trains
      ? await this.#settleTraining(opened, opened.stage.trains, ingredients)
      : await this.#settled(opened.name, ingredients);
    this.settled.set(opened.name, settled);
    return settled;
  }

  async #settled(name: string, ingredients: Ingredients): Promise<SettledStage> {
    const id = fingerprintOf(ingredients);
    return { fingerprint: id, ingredients, record: await this.recordOf(name, id), isKept: false };
  }

  /** The champion stands where it fits, whatever the data, unless the stage is to train a challenger. */
  async #settleTraining(
    { name, stage }: OpenStage,
    trains: TrainingStage,
    ingredients: Ingredients,
  ): Promise<SettledStage> {
    const asOf = String(ingredients.parameters.as_of);
    const definitions = await definitionsOf(this.#pipeline, name);
    const { champion, unfit } = await findChampion(this.#pipeline, trains.spec, {
      asOf,
      definitions,
      champion: this.#published?.models[trains.spec.name],
    });
    const training: TrainingContext = {
      fingerprint: fingerprintOf(ingredients),
      parameters: Object.fromEntries(
        [...this.#pipeline.parameters.keys()].flatMap((parameter) => {
          const value = this.valueOf(parameter);
          return value === undefined ? [] : [[parameter, value]];
        }),
      ),
      data: Object.fromEntries(
        [...stage.reads.keys()].map((table) => [table, ingredients.inputs[table] ?? ""]),
      ),
      definitions,
      challenges: false,
      ...(champion ? { champion } : {}),
      ...(unfit === undefined ? {} : { unfit }),
    };
    if (!champion) return { ...(await this.#settled(name, ingredients)), training };
    const { version } = champion.about;
    if (trains.challenger && version !== versionName(asOf, training.fingerprint)) {
      const against = { ...ingredients, inputs: { ...ingredients.inputs, champion: version } };
      return { ...(await this.#settled(name, against)), training: { ...training, challenges: true } };
    }
    const plain = await this.#settled(name, ingredients);
    if (plain.record?.model?.version === version) return plain;
    const published = await this.recordOf(name, this.#published?.stages[name] ?? "");
    if (published?.model?.version === version) {
      return { fingerprint: published.fingerprint, ingredients, record: published, isKept: true };
    }
    const unchanged = { ...ingredients, parameters: {}, inputs: { champion: version } };
    return { ...(await this.#settled(name, unchanged)), training };
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
      const system = systemTables.get(table);
      if (maker) {
        const made = this.settled.get(maker);
        if (!made) return undefined;
        inputs[table] = made.fingerprint;
      } else if (system) {
        const told = [...stages.values()].filter((other) => system.tellsOf(other.stage));
        inputs[table] = fingerprint(told.map((other) => this.settled.get(other.name)?.fingerprint ?? ""));
      } else if (table.startsWith("history.")) {
        if (this.valueOf("as_of") === undefined) return undefined;
        inputs[table] = fingerprint(this.historyParts(table.slice("history.".length)));
      }
    }
    for (const needed of graph.needs.get(name) ?? []) {
      const model = stages.get(needed)?.stage.trains?.file;
      if (model !== undefined && model === stage.applies) {
        const trained = this.settled.get(needed);
        if (!trained) return undefined;
        inputs[needed] = trained.fingerprint;
      }
    }
    return inputs;
  }
}
