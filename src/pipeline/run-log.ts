import type { Pipeline, OpenStage } from "./open.js";
import { writeManifest, type RunManifest, type StageManifest } from "./manifest.js";
import type { StageRecord } from "./settle.js";

/** What happens while a pipeline runs. */
export interface RunObserver {
  stageStarted?(name: string): void;
  stageProgress?(name: string, message: string): void;
  stageEnded?(stage: StageManifest): void;
  notice?(message: string): void;
}

/** Keeps a run's manifest up to date, on the disk from the first moment, and tells the observer. */
export class RunLog {
  readonly manifest: RunManifest;
  readonly #store: string;
  readonly #observer: RunObserver;

  constructor(
    pipeline: Pipeline,
    store: string,
    run: { id: string; startedAt: Date; engine: string },
    observer: RunObserver,
  ) {
    this.#store = store;
    this.#observer = observer;
    this.manifest = {
      id: run.id,
      pipeline: pipeline.spec.name,
      status: "running",
      pid: process.pid,
      started_at: run.startedAt.toISOString(),
      parameters: {},
      engine: run.engine,
      inputs: [],
      stages: [],
      checks: [],
      models: {},
    };
  }

  write(): Promise<void> {
    return writeManifest(this.#store, this.manifest);
  }

  started(name: string): void {
    this.#observer.stageStarted?.(name);
  }

  progress(name: string, message: string): void {
    this.#observer.stageProgress?.(name, message);
  }

  notice(message: string): void {
    this.#observer.notice?.(message);
  }

  ended(opened: OpenStage, status: StageManifest["status"], reason: string, record?: StageRecord): void {
    const isMade = status === "made";
    const stage: StageManifest = {
      name: opened.name,
      kind: opened.kind,
      status,
      reason,
      summary: record?.summary ?? "",
      seconds: isMade ? (record?.seconds ?? 0) : 0,
      rows: record?.tables[opened.name]?.rows ?? 0,
      peak_memory: isMade ? (record?.peakMemory ?? 0) : 0,
      fingerprint: record?.fingerprint ?? "",
    };
    this.manifest.stages.push(stage);
    if (record) this.#add(opened.name, record);
    this.#observer.stageEnded?.(stage);
    if (isMade) for (const notice of record?.notices ?? []) this.notice(notice);
  }

  #add(stage: string, { ingredients, inputs, checks, model }: StageRecord): void {
    const { manifest } = this;
    Object.assign(manifest.parameters, ingredients.parameters);
    manifest.inputs.push(...(inputs ?? []).map((input) => ({ table: stage, ...input })));
    manifest.checks.push(...(checks ?? []));
    if (!model) return;
    manifest.models[model.name] = model.version || "refused";
    if (model.backend) manifest.backend = model.backend;
  }
}
