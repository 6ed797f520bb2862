import { z } from "zod";
import type { Contract } from "../warehouse/contract.js";
import { textFunctionNames } from "../text/names.js";
import { identifier, type Session } from "../warehouse/engine.js";
import { judge } from "../warehouse/intake.js";
import { sqlError, type SqlSource } from "../warehouse/sql-error.js";
import type { SqlFacts } from "../warehouse/syntax.js";
import { checkTolerance, newestEvents, openContract } from "./contract.js";
import { storeSelect } from "./select.js";
import { tableFields, type RunContext, type Stage, type StageKind, type StageResult } from "./stage.js";

const schema = z.strictObject({
  sql: z.string().describe("A file with one SELECT; its result becomes the table"),
  contract: z.string().optional().describe("A contract that the result must keep, as if it had been loaded"),
  ...tableFields,
});

type SqlSpec = z.output<typeof schema>;

/** Makes a table out of one SELECT. */
export const sql: StageKind<SqlSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const file = await context.file(spec.sql, "sql");
    const facts = await context.sql.read(file.text, file.name);
    const contract = spec.contract && (await openContract(spec.contract, context));
    const source = { sql: file.text, file: file.name };
    return {
      reads: facts.tables,
      parameters: new Set(facts.parameters.keys()),
      makes: [context.name],
      identity: () => Promise.resolve({ sql: file.text, contract }),
      async run(run) {
        await defineFunctions(run.session, facts);
        return contract ? selectUnderContract(run, source, contract) : select(run, source);
      },
      statement: { ...source, facts },
      ...(contract ? { contract } : {}),
      ...(spec.history ? { history: spec.history } : {}),
    };
  },
};

/** Loads the text functions where a statement calls one. */
export async function defineFunctions(session: Session, facts: SqlFacts): Promise<void> {
  if (!textFunctionNames.some((name) => facts.functions.has(name))) return;
  const { textFunctions } = await import("../text/functions.js");
  session.define(textFunctions);
}

async function select(run: RunContext, source: SqlSource): Promise<StageResult> {
  const { file, made: rows } = await storeSelect(run, source);
  return { files: [file], tables: { [run.name]: { files: [file], rows } }, summary: `${rows} rows` };
}

async function selectUnderContract(
  run: RunContext,
  source: SqlSource,
  contract: Contract,
): Promise<StageResult> {
  const { session, store, name } = run;
  await session
    .execute(
      `create or replace temp table selected as select row_number() over () as record, made from (\n${source.sql}\n) as made`,
      run.parameters,
    )
    .catch((error: unknown) => {
      throw sqlError(error, source);
    });
  const described = await session.describe("select unnest(made) from selected");
  const columns = new Map(
    described.map((column) => [
      column.name,
      { expression: `made.${identifier(column.name)}`, type: column.type },
    ]),
  );
  await session.execute(
    "create or replace temp table unreadable (record bigint, value varchar, reason varchar, records bigint)",
  );
  let quarantine = "";
  const { file: good, made } = await store.write(name, run.fingerprint, "parquet", async (goodFile) => {
    const bad = await store.write(name, run.fingerprint, "quarantine.parquet", (badFile) =>
      judge(
        session,
        { table: name, label: source.file, contract, columns, relation: "selected", rejects: "unreadable" },
        goodFile,
        badFile,
      ),
    );
    quarantine = bad.file;
    return bad.made;
  });
  await session.execute("drop table selected");
  const { rows, quarantined } = made;
  const bad = quarantined > 0 ? [quarantine] : [];
  await checkTolerance(run, contract, { quarantined, read: rows + quarantined, quarantine: bad });
  return {
    files: [good, ...bad],
    tables: { [name]: { files: [good], rows }, quarantine: { files: bad, rows: quarantined } },
    summary: `${rows} rows${quarantined > 0 ? `, ${quarantined} in quarantine` : ""}`,
    newestEvents: await newestEvents(run, contract, [good]),
  };
}
