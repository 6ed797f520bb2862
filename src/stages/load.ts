import { z } from "zod";
import { exitCodes, UserError } from "../errors.js";
import { fileHash, fingerprint } from "../fingerprint.js";
import type { Contract } from "../warehouse/contract.js";
import { identifier, literal, parquetScan } from "../warehouse/engine.js";
import { takeIn } from "../warehouse/intake.js";
import { recordPath, type Fingerprint } from "../warehouse/store.js";
import { checkTolerance, newestEvents, openContract } from "./contract.js";
import type { InputPath, RunContext, Stage, StageKind, StageResult } from "./stage.js";

const schema = z.strictObject({
  load: z
    .union([z.string(), z.array(z.string()).nonempty()])
    .describe(
      "Files or patterns of files (CSV, CSV.GZ, Parquet, YAML), relative to the project; $name takes a parameter",
    ),
  contract: z.string().describe("What may come in: a contract file"),
  optional: z.boolean().default(false).describe("No file or no row is no mistake: the table is then empty"),
  description: z.string().optional(),
});

type LoadSpec = z.output<typeof schema>;

/** Reads files into a table, one stored part for each file, and sends what breaks the contract to quarantine. */
export const load: StageKind<LoadSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const written = typeof spec.load === "string" ? [spec.load] : spec.load;
    const patterns = written.map(context.fill);
    const contract = await openContract(spec.contract, context);
    const inputs = async () => {
      const files = await context.glob(patterns);
      if (files.length > 0 || spec.optional) return withHashes(files);
      throw new UserError(`${context.name}: expected files for ${patterns.join(", ")}, found none`, {
        place: context.place("load"),
        hint: "Put the files there, mend the path, or mark the stage `optional: true`.",
      });
    };
    return {
      reads: new Map(),
      parameters: new Set(
        written.flatMap((pattern) => [...pattern.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name)),
      ),
      makes: [context.name],
      contract,
      optional: spec.optional,
      definition: { contract, patterns },
      identity: async () => ({
        contract,
        files: (await inputs()).map(({ label, sha256 }) => [label, sha256]),
      }),
      run: async (run) => loadFiles(run, contract, await inputs(), spec.optional),
    };
  },
};

/** A table's files, and how many rows of each part were left out because another part has their key. */
interface LoadedTable {
  files: string[];
  leftOut: number[];
  /** Where what was left out went to quarantine, its file. */
  repeats: string[];
}

interface HashedInput extends InputPath {
  sha256: string;
}

async function withHashes(files: readonly InputPath[]): Promise<HashedInput[]> {
  const hashed: HashedInput[] = [];
  for (const file of files) hashed.push({ ...file, sha256: await fileHash(file.path) });
  return hashed;
}

/** One file's share of the table. */
interface Part {
  fingerprint: Fingerprint;
  label: string;
  sha256: string;
  /** Good rows, then quarantine. */
  files: string[];
  rows: number;
  quarantined: number;
  unknownColumns: string[];
  newestEvents: string[];
}

async function loadFiles(
  run: RunContext,
  contract: Contract,
  inputs: readonly HashedInput[],
  isOptional: boolean,
): Promise<StageResult> {
  const parts: Part[] = [];
  const notices: string[] = [];
  for (const [index, input] of inputs.entries()) {
    run.progress(`file ${index + 1} of ${inputs.length}`);
    const twin = parts.find(({ sha256 }) => sha256 === input.sha256);
    if (twin) notices.push(`${input.label} is the same file as ${twin.label}: read once`);
    else parts.push(await loadPart(run, contract, input));
  }
  for (const { label, unknownColumns } of parts) {
    if (unknownColumns.length > 0) {
      notices.push(
        `${label}: columns that the contract does not name are left out: ${unknownColumns.join(", ")}`,
      );
    }
  }
  const table =
    parts.length > 0 ? await withoutRepeatedKeys(run, contract, parts) : await emptyTable(run, contract);
  const quarantine = parts.flatMap(({ files }) => files.slice(1)).concat(table.repeats);
  const read = parts.map(({ label, sha256, rows, quarantined }, part) => {
    const leftOut = table.leftOut[part] ?? 0;
    const repeated = table.repeats.length > 0 ? leftOut : 0;
    return { file: label, sha256, rows: rows - leftOut, quarantined: quarantined + repeated };
  });
  const rows = sum(read.map((file) => file.rows));
  const quarantined = sum(read.map((file) => file.quarantined));
  const records = sum(parts.map((part) => part.rows + part.quarantined));
  await checkTolerance(run, contract, { quarantined, read: records, quarantine });
  if (rows === 0 && !isOptional) {
    throw new UserError(
      `${run.name}: expected rows, found none in ${inputs.map(({ label }) => label).join(", ")}`,
      {
        exitCode: exitCodes.contractBroken,
        hint: "Deliver the files again, or mark the stage `optional: true` if no row is no mistake.",
      },
    );
  }
  return {
    files: [
      ...new Set([
        ...table.files,
        ...quarantine,
        ...parts.flatMap((part) => [...part.files, recordPath(run.name, part.fingerprint)]),
      ]),
    ],
    tables: {
      [run.name]: { files: table.files, rows },
      quarantine: { files: quarantine, rows: quarantined },
    },
    summary: `${rows} rows from ${parts.length} ${parts.length === 1 ? "file" : "files"}${
      quarantined > 0 ? `, ${quarantined} in quarantine` : ""
    }`,
    notices,
    inputs: read,
    newestEvents: parts.flatMap((part) => part.newestEvents),
  };
}

async function loadPart(run: RunContext, contract: Contract, input: HashedInput): Promise<Part> {
  const id = fingerprint({ part: input.sha256, label: input.label, contract, code: run.code });
  const known = await run.store.record<Part>(run.name, id);
  if (known) return known;
  let quarantineFile = "";
  const { file, made } = await run.store.write(run.name, id, "parquet", async (good) => {
    const { file: bad, made: taken } = await run.store.write(
      run.name,
      id,
      "quarantine.parquet",
      (temporary) =>
        takeIn(
          run.session,
          { file: input.path, label: input.label, table: run.name, contract, scratch: run.store.scratch },
          good,
          temporary,
        ),
    );
    quarantineFile = bad;
    return taken;
  });
  return run.store.finish<Part>(run.name, id, {
    fingerprint: id,
    label: input.label,
    sha256: input.sha256,
    files: made.quarantined > 0 ? [file, quarantineFile] : [file],
    rows: made.rows,
    quarantined: made.quarantined,
    unknownColumns: made.unknownColumns,
    newestEvents: await newestEvents(run, contract, [file]),
  });
}

/**
 * A key that stands in several files: under `duplicates: latest` the row of the file that comes last by name stays,
 * else that of the first, and the others go to quarantine. Parts without such keys are used as they are.
 */
async function withoutRepeatedKeys(
  run: RunContext,
  contract: Contract,
  parts: readonly Part[],
): Promise<LoadedTable> {
  const goodFiles = parts.map(({ files }) => files[0] ?? "");
  const untouched = { files: goodFiles, leftOut: [], repeats: [] };
  if (!contract.key || parts.length < 2) return untouched;
  const key = contract.key.map(identifier).join(", ");
  const all = `(${goodFiles
    .map((file, part) => {
      const scan = `read_parquet(${literal(run.store.absolute(file))}, file_row_number = true)`;
      return `select ${part} as part, file_row_number + 1 as good_number, ${key} from ${scan}`;
    })
    .join(" union all ")})`;
  const counts = await run.session.query(`select count(*) - count(distinct (${key})) from ${all}`);
  if (Number(counts.rows[0]?.[0]) === 0) return untouched;

  const order = contract.duplicates === "latest" ? "desc" : "asc";
  await run.session.execute(`create or replace temp table repeated_keys as
    select * from (select part, good_number, ${key}, row_number() over (partition by ${key} order by part ${order}) as occurrence,
      min(part) over (partition by ${key}) as first_part from ${all}) where occurrence > 1`);
  const files: string[] = [];
  const leftOut: number[] = [];
  for (const [part, file] of goodFiles.entries()) {
    const repeats = await run.session.query(`select count(*) from repeated_keys where part = ${part}`);
    const count = Number(repeats.rows[0]?.[0]);
    leftOut.push(count);
    if (count === 0) files.push(file);
    else {
      const kept = await run.store.write(run.name, `${run.fingerprint}-${part}`, "parquet", (temporary) =>
        run.session.copy(
          `select * from ${parquetScan([run.store.absolute(file)])} anti join
            (select ${key} from repeated_keys where part = ${part}) using (${key})`,
          temporary,
          "parquet",
        ),
      );
      files.push(kept.file);
    }
  }
  if (contract.duplicates === "latest") return { files, leftOut, repeats: [] };
  return { files, leftOut, repeats: [await quarantineRepeats(run, contract.key, parts)] };
}

/** Sends the records behind `repeated_keys` to quarantine. */
async function quarantineRepeats(
  run: RunContext,
  key: readonly string[],
  parts: readonly Part[],
): Promise<string> {
  const labels = parts.map(({ label }, part) => `when ${part} then ${literal(label)}`).join(" ");
  const broken = parts.flatMap(({ files: [, file] }, part) =>
    file === undefined
      ? []
      : [`select distinct ${part} as part, record from ${parquetScan([run.store.absolute(file)])}`],
  );
  const { file } = await run.store.write(run.name, run.fingerprint, "quarantine.parquet", (temporary) =>
    run.session.copy(
      `with broken as (${broken.join(" union all ") || "select 0 as part, 0 as record limit 0"}),
      gaps as (
        select part, record - row_number() over (partition by part order by record) as good_before from broken)
      select ${literal(run.name)} as table_name, case part ${labels} end as file,
        good_number + (select count(*) from gaps where gaps.part = repeated_keys.part and good_before < good_number)
          as record,
        ${literal(key.join(", "))} as column_name, concat_ws(', ', ${key.map(identifier).join(", ")}) as value,
        'expected a unique key, found it in ' || (case first_part ${labels} end) || ' too' as reason
      from repeated_keys order by part, record`,
      temporary,
      "parquet",
    ),
  );
  return file;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What stands for data that may be absent: no row, and the contract's columns. */
async function emptyTable(run: RunContext, contract: Contract): Promise<LoadedTable> {
  const columns = Object.entries(contract.columns).map(
    ([name, { type }]) => `null::${type} as ${identifier(name)}`,
  );
  const { file } = await run.store.write(run.name, run.fingerprint, "parquet", (temporary) =>
    run.session.copy(`select ${columns.join(", ")} limit 0`, temporary, "parquet"),
  );
  return { files: [file], leftOut: [], repeats: [] };
}
