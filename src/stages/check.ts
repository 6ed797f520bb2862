import { z } from "zod";
import { exitCodes, UserError } from "../errors.js";
import { parquetScan } from "../warehouse/engine.js";
import { storeSelect } from "./select.js";
import type { Stage, StageKind } from "./stage.js";

const schema = z.strictObject({
  check: z.string().describe("A file with one SELECT that returns the rows that should not be there"),
  severity: z.enum(["error", "warning"]).default("error").describe("An error stops the publication"),
  description: z.string().optional().describe("What the check makes sure of"),
});

type CheckSpec = z.output<typeof schema>;

/** Passes when its SELECT returns no row; the rows that it returns are kept as its table. */
export const check: StageKind<CheckSpec> = {
  schema,
  async open(spec, context): Promise<Stage> {
    const file = await context.file(spec.check, "check");
    const facts = await context.sql.read(file.text, file.name);
    return {
      reads: facts.tables,
      parameters: new Set(facts.parameters.keys()),
      makes: [context.name],
      isCheck: true,
      identity: () => Promise.resolve({ sql: file.text, severity: spec.severity }),
      statement: { sql: file.text, file: file.name, facts },
      async run(run) {
        const { name, session, store } = run;
        const { file: kept, made: failures } = await storeSelect(run, { sql: file.text, file: file.name });
        if (failures > 0 && spec.severity === "error") {
          const shown = await session.query(`select * from ${parquetScan([store.absolute(kept)])} limit 3`);
          const rows = shown.rows.map((row) =>
            shown.columns.map((column, index) => `${column.name} = ${JSON.stringify(row[index])}`).join(", "),
          );
          throw new UserError(
            `check ${name} found ${failures} ${failures === 1 ? "row" : "rows"} that should not be there:\n  ${rows.join("\n  ")}`,
            {
              exitCode: exitCodes.contractBroken,
              place: { file: file.name },
              hint: `${spec.description ?? "Mend the data."} Nothing was published.`,
            },
          );
        }
        return {
          files: [kept],
          tables: { [name]: { files: [kept], rows: failures } },
          summary: failures === 0 ? "passed" : `${failures} rows that should not be there`,
          checks: [{ name, severity: spec.severity, failures }],
          notices: failures === 0 ? [] : [`${name}: ${failures} rows that should not be there`],
        };
      },
    };
  },
};
