import { z } from "zod";
import type { Place, UserError } from "../errors.js";
import type { Contract } from "../warehouse/contract.js";
import type { Parameters, Session } from "../warehouse/engine.js";
import type { Fingerprint, Store } from "../warehouse/store.js";
import type { SqlFacts, SqlReader } from "../warehouse/syntax.js";

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

/** What a stage may look at before anything runs. */
export interface OpenContext {
  name: string;
  /** Reads a file that the stage names, looked for beside the pipeline and then in the folders above. */
  file(reference: string, field: string): Promise<ProjectFile>;
  /** A pattern of files with the parameters' values in place of their `$name`. */
  fill: (text: string) => string;
  /** The input files that the patterns match, in order. */
  glob(patterns: readonly string[]): Promise<InputPath[]>;
  /** Where the stage's `field` is written in the pipeline file. */
  place: (...field: string[]) => Place;
  project: string;
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
  /** Finds mistakes that show only beside the tables that it reads, without running. */
  validate?: (session: Session, parameters: Parameters) => Promise<UserError[]>;
  /** The model spec that it trains, or that it applies: a path in the project. */
  trains?: string;
  applies?: string;
  /** A trained model is kept for this many days of data before it is trained anew. */
  everyDays?: number;
  /** The rows' contract, where one is declared. */
  contract?: Contract;
  /** Whether the table may be without data. */
  optional?: boolean;
  /** The statement that makes its table. */
  statement?: { file: string; facts: SqlFacts };
  history?: HistorySpec;
  /** The table whose columns a model learns from. */
  features?: { table: string; place: Place };
}

export interface StoredTable {
  /** Parquet files, relative to the store; none where the table has no rows but its columns are known. */
  files: string[];
  rows: number;
}

export interface TrainedModel {
  name: string;
  /** Empty when training was refused. */
  version: string;
  status: "trained" | "kept" | "refused";
  /** Why training was refused, in words. */
  reason?: string;
  /** Folder of the version, relative to the project. */
  folder?: string;
  trainedAsOf?: string;
  backend?: string;
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
  /** Locale -> the report's findings in words. */
  findings?: Record<string, string[]>;
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
  /** Of the table that it learns from, the columns whose past is lost, and where they come from. */
  lostPast: ReadonlyMap<string, string>;
  /** Says how far a long work is. */
  progress: (message: string) => void;
}

/** One kind of stage: the shape of its YAML, and how to open one. */
export interface StageKind<Spec> {
  schema: z.ZodType<Spec>;
  /** @throws UserError when a file that it names is missing or wrong */
  open(spec: Spec, context: OpenContext): Promise<Stage>;
}
