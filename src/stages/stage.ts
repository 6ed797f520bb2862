import { z } from "zod";
import type { Place, UserError } from "../errors.js";
import type { Contract } from "../warehouse/contract.js";
import type { Parameters, Session } from "../warehouse/engine.js";
import type { SqlSource } from "../warehouse/sql-error.js";
import type { Fingerprint, Store } from "../warehouse/store.js";
import type { SqlFacts, SqlReader } from "../warehouse/syntax.js";
import type { ModelSpec } from "./model-spec.js";
import type { ComparedVersions } from "./model-tables.js";
import type { ModelVersion } from "./model-version.js";

/** A text file of the project, read once. */
export interface ProjectFile {
  /** As shown to people: relative to the project. */
  name: string;
  path: string;
  text: string;
}

const historySchema = z.strictObject({
  columns: z.record(z.string(), z.string()).describe("Columns to remember, with their types; as_of is added"),
  rerun: z
    .enum(["replace", "keep"])
    .default("replace")
    .describe("Whether a second run for the same date replaces what was remembered"),
});

/** What is remembered of a table from night to night, in `history.<table>`. */
export type HistorySpec = z.output<typeof historySchema>;

/** Fields of every kind of stage that makes a table. */
export const tableFields = {
  history: historySchema
    .optional()
    .describe("Remember the rows in history.<table> whenever they are published"),
  description: z.string().optional(),
};

/** An input file: where it is, and its name for people. */
export interface InputPath {
  path: string;
  label: string;
}

/** Values to replace in the spec of the named model, as `path=value`. */
export interface ModelOverrides {
  model: string;
  assignments: readonly string[];
}

/** What a stage may look at before anything runs. */
export interface OpenContext {
  name: string;
  /** Reads a file that the stage names, looked for beside the pipeline and then in the folders above. */
  file(reference: string, field: string): Promise<ProjectFile>;
  /** Values of a model's spec that are replaced, if it is the model of that name. */
  overrides: ModelOverrides | undefined;
  /** A pattern of files with the parameters' values in place of their `$name`. */
  fill: (text: string) => string;
  /** The input files that the patterns match, in order. */
  glob(patterns: readonly string[]): Promise<InputPath[]>;
  /** Where the stage's `field` is written in the pipeline file. */
  place: (...field: string[]) => Place;
  project: string;
  /** Where results are kept and where reports are published, relative to the project. */
  folders: { store: string; reports: string };
  sql: SqlReader;
  currency: string;
  timeZone: string;
  locales: readonly string[];
  /** Names of the parameters that the pipeline declares. */
  parameters: readonly string[];
}

/** A stage whose files have been read and checked: what it depends on, and how to run it. */
export interface Stage {
  /** Tables that it reads, with the place of their mention. */
  reads: Map<string, Place>;
  /** Parameters that it uses. */
  parameters: Set<string>;
  /** Tables that it makes. */
  makes: string[];
  /** What, besides inputs, parameters and code, decides the result: file contents and options. */
  identity(): Promise<unknown>;
  /** Its part of `identity` that is not data, where it reads files. */
  definition?: unknown;
  run(context: RunContext): Promise<StageResult>;
  /** Finds mistakes that show only beside the tables that it reads, without running; of `unknown` ones nothing is known. */
  validate?: (session: Session, parameters: Parameters, unknown: ReadonlySet<string>) => Promise<UserError[]>;
  /** Of tables that no statement or contract describes: a SELECT over those that it reads, with the table's columns. */
  shapes?: () => Promise<Readonly<Record<string, string>>>;
  trains?: TrainingStage;
  /** The model spec that it applies: a path in the project. */
  applies?: string;
  /** The rows' contract, where one is declared. */
  contract?: Contract;
  /** Whether the table may be without data. */
  optional?: boolean;
  /** Whether the rows of its table should not be there. */
  isCheck?: boolean;
  /** The statement that makes its table. */
  statement?: SqlSource & { facts: SqlFacts };
  history?: HistorySpec;
  /** The table whose columns a model learns from. */
  features?: { table: string; place: Place };
}

export interface StoredTable {
  /** Parquet files, relative to the store; none where the table has no rows but its columns are known. */
  files: string[];
  rows: number;
}

/** What a training stage trains. */
export interface TrainingStage {
  /** The model spec's path in the project. */
  file: string;
  spec: ModelSpec;
  /** Whether a challenger is trained though there is a champion. */
  challenger: boolean;
}

/** What a training stage is given besides data. */
export interface TrainingContext {
  /** Names the version that is trained: hash of all that the training depends on. */
  fingerprint: Fingerprint;
  /** Values of the pipeline's parameters. */
  parameters: Record<string, string | number>;
  /** Table that it learns from -> fingerprint of the data, and hash of the statements that made it. */
  data: Record<string, Fingerprint>;
  definitions: Record<string, Fingerprint>;
  /** The version that the publication scores with, where it fits. */
  champion?: ModelVersion;
  /** Whether to train a challenger of the champion. */
  challenges: boolean;
  /** Why the version that the publication scores with does not fit, in words. */
  unfit?: string;
}

export interface TrainedModel {
  name: string;
  /** The version to score with; empty when training was refused. */
  version: string;
  /** `stands`: the champion still is the version to score with. */
  status: "trained" | "stands" | "refused";
  /** Why training was refused, or why this version and not another is the champion, in words. */
  reason?: string;
  /** Folder of the version, relative to the project. */
  folder?: string;
  trainedAsOf?: string;
  backend?: string;
  /** How champion and challenger compare, where one was trained. */
  comparison?: ComparedVersions;
}

export interface InputFile {
  file: string;
  sha256: string;
  rows: number;
  quarantined: number;
}

export interface CheckResult {
  name: string;
  severity: "error" | "warning";
  failures: number;
}

/** What a stage leaves behind. Plain data: it is kept as JSON beside the files. */
export interface StageResult {
  /** Every stored file that belongs to it. */
  files: string[];
  tables: Record<string, StoredTable>;
  /** What it did, in a few words. */
  summary: string;
  /** What people should know though it is no failure. */
  notices?: string[];
  inputs?: InputFile[];
  /** The two newest dates of `event_at`, newest first. */
  newestEvents?: string[];
  model?: TrainedModel;
  checks?: CheckResult[];
  /** Locale -> stored HTML file. */
  reports?: Record<string, string>;
  /** Locale -> the report's title. */
  titles?: Record<string, string>;
  /** Locale -> the report's findings in words. */
  findings?: Record<string, string[]>;
  /** Messages to send once they are published: the stored message, its language and who gets it. */
  mails?: { file: string; locale: string; to: string[] }[];
  /** A stored file and the path in the project to which it is copied when published. */
  exports?: { file: string; to: string }[];
}

/** What a running stage has at hand. */
export interface RunContext {
  name: string;
  fingerprint: Fingerprint;
  store: Store;
  /** Hash of the code that makes this kind of stage. */
  code: string;
  /** A connection of its own that sees the tables it reads by name. */
  session: Session;
  parameters: Parameters;
  /** The engine's name and version. */
  engine: string;
  project: string;
  /** What the stage applying a model gets from the one that trained it. */
  model?: TrainedModel;
  training?: TrainingContext;
  /** Of the table that it learns from, the columns whose past is lost, and where they come from. */
  lostPast: ReadonlyMap<string, string>;
  /** Makes the table that it learns from again, as a run of an earlier night would have made it. */
  replay?: (asOf: string) => Promise<Replay>;
  /** Says how far a long work is. */
  progress: (message: string) => void;
}

/** The table that a model learns from as an earlier night would have made it, beside tonight's, which is `tonight.<table>`. */
export interface Replay {
  session: Session;
  close: () => void;
}

/** One kind of stage: the shape of its YAML, and how to open one. */
export interface StageKind<Spec> {
  schema: z.ZodType<Spec>;
  /** @throws UserError when a file that it names is missing or wrong */
  open(spec: Spec, context: OpenContext): Promise<Stage>;
}
