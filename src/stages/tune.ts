import { createHash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import { UserError } from "../errors.js";
import { splitByFold, stratifiedFolds } from "../ml/folds.js";
import { selectRows, type Frame } from "../ml/frame.js";
import { averagePrecision, brier, logLoss, rank, rocAuc } from "../ml/metrics.js";
import {
  bestTrial,
  isHopeless,
  meanLoss,
  networkOfTrial,
  type FoldOutcome,
  type Trial,
} from "../ml/network-search.js";
import type { NetworkSpec } from "../ml/spec.js";
import { predictTabular, trainTabular } from "../ml/tabular.js";
import { refuseThinLabel, type LabelWords } from "../ml/thin-label.js";
import { writeDurably } from "../warehouse/durable.js";
import { currentPublication, openPublication } from "../warehouse/publication.js";
import { Store } from "../warehouse/store.js";
import { readModel } from "./evaluate.js";
import { wordsOf } from "./evaluate-tabular.js";
import { openLabelledTable, readFeatures } from "./labelled-table.js";
import { columnOf, frameOf, readLabelled, validationOf } from "./model-data.js";
import type { TabularSpec } from "./model-spec.js";
import { unifiedDiff, withNetwork } from "./network-patch.js";
import { openTrialLog } from "./trial-log.js";

export interface TuningRequest {
  /** A model's name or the path of its file. */
  model: string;
  trials: number;
  /** A labelled table; without it, what the pipeline has published is the training data. */
  data?: string | undefined;
  label?: string | undefined;
  drop: string[];
  foldColumn?: string | undefined;
  folds: number;
  delimiter?: string | undefined;
  seed?: string | undefined;
  store: string;
  /** The folder of trained models; searches are kept beside them. */
  registry: string;
  /** Whether to write the best network into the model file. */
  write?: boolean;
}

/** What a search has found. */
export interface Tuning {
  trials: number;
  /** Trials given up before their last fold. */
  given_up: number;
  best: TrialSummary;
  /** The network of the model file as it is. */
  current: TrialSummary;
  /** Unified diff of the model file; empty if its network is the best. */
  diff: string;
  /** Where the trials are kept: the same search goes on from there. */
  log: string;
}

export interface TrialSummary extends Omit<FoldOutcome, "fold"> {
  network: NetworkSpec;
}

/** Rows to learn from, dealt into folds. */
interface FoldedRows {
  frame: Frame;
  labels: Uint8Array;
  foldOf: Int32Array;
  /** Rows of one cluster are in one fold. */
  clusters?: readonly (string | number)[] | undefined;
  words: LabelWords;
}

/**
 * Searches for a better network of a tabular model by cross-validated log loss, by random search with the median rule. Every
 * measured fold is kept at once: the same search, interrupted or asked for more trials, goes on where it stopped.
 *
 * @throws UserError if the model is no tabular one, or the data are not to be learnt from.
 */
export async function tuneModel(request: TuningRequest, log: (message: string) => void): Promise<Tuning> {
  const { file, text, data: spec } = readModel(request.model);
  if (spec.kind !== "tabular") {
    throw new UserError(`${spec.name} is a model of texts: it has no network to tune`, {
      hint: "Name a tabular model, for example churn.",
    });
  }
  const seed = request.seed ?? spec.seed;
  const rows = await foldedRows(spec, request, seed, log);
  refuseThinLabel(rows.labels, rows.words);
  const search = searchId(spec.network, rows, seed);
  const path = join(request.registry, "tuning", `${spec.name}-${search}.jsonl`);
  const trialLog = await openTrialLog(resolve(path));
  if (trialLog.outcomes.length > 0)
    log(`going on with ${path}: ${trialLog.outcomes.length} folds are measured`);

  const trials: Trial[] = [];
  for (let trial = 0; trial < request.trials; trial++) {
    const network = networkOfTrial(spec.network, trial, seed);
    const done = trialLog.outcomes.filter((outcome) => outcome.trial === trial);
    const found = await runTrial(trial, done, trials, rows, async (fold) => {
      const outcome = await measureFold(trial, fold, network, rows, seed);
      await trialLog.append(outcome);
      return outcome;
    });
    trials.push(found);
    const verdict = found.isComplete ? "" : `, given up after ${found.outcomes.length} folds`;
    log(`trial ${trial + 1} of ${request.trials}: log loss ${meanLoss(found.outcomes).toFixed(4)}${verdict}`);
  }

  const best = bestTrial(trials)!;
  const summary = ({ trial, outcomes }: Trial) =>
    summarise(outcomes, networkOfTrial(spec.network, trial, seed));
  const tuned = best.trial === 0 ? text : withNetwork(text, networkOfTrial(spec.network, best.trial, seed));
  if (request.write && tuned !== text) await writeDurably(resolve(file), tuned);
  return {
    trials: trials.length,
    given_up: trials.filter(({ isComplete }) => !isComplete).length,
    best: summary(best),
    current: summary(trials[0]!),
    diff: unifiedDiff(relative(".", file), text, tuned),
    log: path,
  };
}

async function runTrial(
  trial: number,
  done: readonly FoldOutcome[],
  others: readonly Trial[],
  { foldOf }: FoldedRows,
  measure: (fold: number) => Promise<FoldOutcome>,
): Promise<Trial> {
  const folds = [...new Set(foldOf)].sort((a, b) => a - b);
  const outcomes: FoldOutcome[] = [];
  for (const fold of folds) {
    outcomes.push(done.find((outcome) => outcome.fold === fold) ?? (await measure(fold)));
    if (outcomes.length < folds.length && isHopeless(outcomes, others)) {
      return { trial, outcomes, isComplete: false };
    }
  }
  return { trial, outcomes, isComplete: true };
}

async function measureFold(
  trial: number,
  fold: number,
  network: NetworkSpec,
  { frame, labels, foldOf, clusters, words }: FoldedRows,
  seed: number | string,
): Promise<FoldOutcome> {
  const started = performance.now();
  const { inside, outside } = splitByFold(foldOf, fold);
  const labelsOf = (rows: Int32Array) => Uint8Array.from(rows, (row) => labels[row]!);
  const { model } = await trainTabular(selectRows(frame, outside), labelsOf(outside), {
    spec: network,
    seed: `${seed}/fold ${fold}`,
    clusters: clusters && Array.from(outside, (row) => clusters[row]!),
    words,
  });
  const ranked = rank(labelsOf(inside), await predictTabular(model, selectRows(frame, inside)));
  return {
    trial,
    fold,
    log_loss: logLoss(ranked),
    auc: rocAuc(ranked),
    average_precision: averagePrecision(ranked),
    brier: brier(ranked),
    seconds: (performance.now() - started) / 1000,
  };
}

async function foldedRows(
  spec: TabularSpec,
  request: TuningRequest,
  seed: number | string,
  log: (message: string) => void,
): Promise<FoldedRows> {
  const { data, label, ...rest } = request;
  if (data === undefined) return publishedRows(spec, request, seed);
  if (label === undefined) {
    throw new UserError("--data needs --label COLUMN=POSITIVE", { hint: "For example --label Churn=Yes" });
  }
  const asked = { ...rest, data, label };
  const table = await openLabelledTable(asked, seed);
  try {
    const { frame, notices } = await readFeatures(table, asked);
    for (const notice of [...table.notices, ...notices]) log(`note: ${notice}`);
    return { frame, labels: table.labels, foldOf: table.foldOf, words: wordsOf(spec, asked) };
  } finally {
    table.table.close();
  }
}

/** The published rows that the model is trained on: those that it is validated on stay unseen. */
async function publishedRows(
  spec: TabularSpec,
  { store: folder, folds }: TuningRequest,
  seed: number | string,
): Promise<FoldedRows> {
  const store = new Store(resolve(folder));
  const publication = await currentPublication(store);
  const tables = [spec.features.table, spec.label.table];
  const absent = tables.filter((table) => publication?.tables[table] === undefined);
  if (publication === undefined || absent.length > 0) {
    throw new UserError(
      `${folder}: the training data of ${spec.name} (${tables.join(", ")}) are not published there`,
      {
        hint: "Run the pipeline first (ancora run), or name a table with --data and --label.",
      },
    );
  }
  const engine = await openPublication(store, publication);
  const session = await engine.connect();
  try {
    const labelled = await readLabelled(session, spec);
    const { train } = validationOf(labelled, spec);
    const labels = Uint8Array.from(train, (row) => labelled.labels[row]!);
    const frame = selectRows(frameOf(labelled.columns, spec), train);
    const { cluster, words } = spec;
    if (cluster === undefined)
      return { frame, labels, foldOf: stratifiedFolds(labels, { folds, seed }), words };
    const keys = columnOf(labelled.columns, cluster).values;
    const clusters = Array.from(train, (row) => String(keys[row]));
    const names = [...new Set(clusters)];
    const foldOfName = stratifiedFolds(new Uint8Array(names.length), { folds, seed });
    const foldOf = new Map(names.map((name, index) => [name, foldOfName[index]!]));
    return { frame, labels, clusters, foldOf: Int32Array.from(clusters, (name) => foldOf.get(name)!), words };
  } finally {
    session.close();
    engine.close();
  }
}

/** The name of a search: of all that decides what a trial measures. */
function searchId(
  base: NetworkSpec,
  { frame, labels, foldOf, clusters }: FoldedRows,
  seed: number | string,
): string {
  const hash = createHash("sha256").update(JSON.stringify([base, seed, clusters ?? null]));
  hash.update(labels).update(foldOf);
  for (const { name, values } of frame.columns) {
    hash.update(name).update(values instanceof Float64Array ? values : JSON.stringify(values));
  }
  return hash.digest("hex").slice(0, 12);
}

function summarise(outcomes: readonly FoldOutcome[], network: NetworkSpec): TrialSummary {
  const mean = (name: Exclude<keyof FoldOutcome, "trial" | "fold">) =>
    outcomes.reduce((sum, outcome) => sum + outcome[name], 0) / outcomes.length;
  return {
    trial: outcomes[0]!.trial,
    log_loss: mean("log_loss"),
    auc: mean("auc"),
    average_precision: mean("average_precision"),
    brier: mean("brier"),
    seconds: mean("seconds"),
    network,
  };
}
