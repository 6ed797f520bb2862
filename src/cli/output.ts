import { exitCodes, UserError, UserErrors } from "../errors.js";

/** Prints one JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a line for people on standard output. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a message on standard error, where it is in nobody's way. */
export function log(message: string): void {
  process.stderr.write(`${message}\n`);
}

/**
 * Tells of an error: a mistake in words, anything else, being a fault of the program, with its stack.
 *
 * @returns the process's exit code
 */
export function failure(error: unknown, args: readonly string[] = process.argv): number {
  const verbose = args.includes("--verbose");
  if (args.includes("--json")) printJson({ error: errorDocument(error) });
  if (!(error instanceof UserError)) {
    log(
      `ancora met a fault of its own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return exitCodes.stageFailed;
  }
  log(`error: ${error.describe()}`);
  if (verbose && error.cause instanceof Error) log(error.cause.stack ?? error.cause.message);
  return error.exitCode;
}

/**
 * Tells of a command that cannot be understood; what is wrong with it is on standard error already.
 *
 * @returns the process's exit code
 */
export function commandFailure(
  { message, exitCode }: { message: string; exitCode: number },
  args: readonly string[] = process.argv,
): number {
  if (exitCode === 0) return exitCodes.done;
  if (args.includes("--json")) printJson({ error: { message, exit_code: exitCodes.usage } });
  return exitCodes.usage;
}

function errorDocument(error: unknown): object {
  if (!(error instanceof UserError)) return { message: String(error), exit_code: exitCodes.stageFailed };
  const one = ({ message, place, hint }: UserError) => ({ message, ...place, ...(hint ? { hint } : {}) });
  return {
    ...one(error),
    exit_code: error.exitCode,
    ...(error instanceof UserErrors ? { errors: error.errors.map(one) } : {}),
  };
}

/** Columns of text, padded to line up. The last column is not padded. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)),
      )
      .join("  ")
      .trimEnd(),
  );
}

function displayWidth(text: string): number {
  return [...text].length;
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
