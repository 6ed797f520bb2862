import { sqlError, type SqlSource } from "../warehouse/sql-error.js";
import type { RunContext } from "./stage.js";

/** Stores the result of a statement that people wrote as the stage's own table. */
export function storeSelect(run: RunContext, source: SqlSource): Promise<{ file: string; made: number }> {
  return run.store.write(run.name, run.fingerprint, "parquet", (temporary) =>
    run.session.copy(source.sql, temporary, "parquet", run.parameters).catch((error: unknown) => {
      throw sqlError(error, source);
    }),
  );
}
