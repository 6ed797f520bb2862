import { z } from "zod";
import { identifier } from "../warehouse/engine.js";
import { spreadsheetColumns } from "../warehouse/spreadsheet.js";
import type { Stage, StageKind } from "./stage.js";

const schema = z.strictObject({
  export: z.string().describe("The table to hand over"),
  to: z
    .string()
    .regex(/\.(csv|parquet)$/, "expected a name that ends in .csv or .parquet")
    .describe("The file to write when the run is published, relative to the project: .csv or .parquet"),
  order_by: z.array(z.string()).optional().describe("Columns to sort by; all, from the left, when absent"),
  description: z.string().optional(),
});

type ExportSpec = z.output<typeof schema>;

/** Hands a table to another program as a file, at publication. */
export const exportTable: StageKind<ExportSpec> = {
  schema,
  open(spec, context): Promise<Stage> {
    const format = spec.to.endsWith(".parquet") ? "parquet" : "csv";
    const order = spec.order_by?.map(identifier).join(", ") ?? "all";
    return Promise.resolve({
      reads: new Map([[spec.export.toLowerCase(), context.place("export")]]),
      parameters: new Set<string>(),
      makes: [],
      identity: () => Promise.resolve({ spec }),
      async run({ name, fingerprint, session, store }) {
        const { file, made: rows } = await store.write(name, fingerprint, format, async (temporary) => {
          const columns = format === "csv" ? await spreadsheetColumns(session, identifier(spec.export)) : "*";
          return session.copy(
            `select ${columns} from ${identifier(spec.export)} order by ${order}`,
            temporary,
            format,
          );
        });
        return {
          files: [file],
          tables: {},
          summary: `${rows} rows to ${spec.to}`,
          exports: [{ file, to: spec.to }],
        };
      },
    });
  },
};
