import { exitCodes, UserError, type ExitCode } from "../errors.js";

/** Line and column, from 1, of the UTF-16 unit at `index`. */
export function lineAndColumn(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** Where a statement that people wrote begins: in which file, on which of its lines. */
export interface SqlSource {
  sql: string;
  file: string;
  firstLine?: number;
}

/**
 * Turns the engine's complaint about a statement into an error that points into the file it came from.
 *
 * The engine quotes the line around the mistake under `LINE n:` with a caret; the statement may have been wrapped, so the
 * quoted text is looked for in the source.
 */
export function sqlError(
  error: unknown,
  source: SqlSource,
  exitCode: ExitCode = exitCodes.stageFailed,
): UserError {
  const text = engineMessage(error);
  const [summary = text] = text.split("\n\nLINE ");
  const [first = "", ...rest] = summary.trim().split("\n");
  const suggestion = rest.filter((line) => line.trim() !== "").join(" ");
  const position = positionOf(text, source);
  const options = {
    exitCode,
    place: { file: source.file, ...position },
    cause: error,
  };
  if (isOutOfSpace(error)) return diskFull(source.file, error);
  if (/^Out of Memory Error/.test(first)) {
    return new UserError(`the statement does not fit in memory: ${first}`, {
      ...options,
      hint: "Raise --memory, or aggregate before list() and string_agg(), which cannot spill to disk.",
    });
  }
  return new UserError(first.replace(/^[\w ]+ Error: /, ""), {
    ...options,
    ...(suggestion ? { hint: suggestion } : { hint: "Mend the SQL and run again." }),
  });
}

/** Whether the engine or the file system stopped for want of room. */
export function isOutOfSpace(error: unknown): boolean {
  return /No space left on device|max_temp_directory_size|ENOSPC|Disk quota exceeded/i.test(String(error));
}

/** Whether an error is the engine's word on a statement. */
export function isEngineError(error: unknown): boolean {
  return error instanceof Error && /^[\w ]+ Error: /.test(engineMessage(error));
}

function engineMessage(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(
    /^Failed to extract statements: /,
    "",
  );
}

/** The error for a device without room, wherever it is noticed. */
export function diskFull(file: string, cause: unknown): UserError {
  return new UserError(`${file}: no space left on the device`, {
    exitCode: exitCodes.stageFailed,
    hint: "Free some space and run again: what is finished is kept, and nothing half-written is published.",
    cause,
  });
}

function positionOf(message: string, source: SqlSource): { line?: number; column?: number } {
  const quoted = /\n\nLINE (\d+): (.*)\n( *)\^/.exec(message);
  if (!quoted) return { line: source.firstLine ?? 1 };
  const [, number = "", excerpt = "", indent = ""] = quoted;
  const label = `LINE ${number}: `.length;
  const core = excerpt.replace(/^\.\.\./, "").replace(/\.\.\.$/, "");
  const start = occurrence(source.sql, core, Number(number));
  if (start < 0) return { line: source.firstLine ?? 1 };
  const caret = indent.length - label - (excerpt.startsWith("...") ? 3 : 0);
  const { line, column } = lineAndColumn(source.sql, start + Math.max(caret, 0));
  return { line: line + (source.firstLine ?? 1) - 1, column };
}

/** Where an excerpt stands in a statement that was run with one line before it, or as it is, or within another. */
function occurrence(sql: string, excerpt: string, lineAsRun: number): number {
  const lines = sql.split("\n");
  for (const line of [lineAsRun - 2, lineAsRun - 1]) {
    const column = lines[line]?.indexOf(excerpt) ?? -1;
    if (column >= 0) return lines.slice(0, line).reduce((start, text) => start + text.length + 1, column);
  }
  return sql.indexOf(excerpt);
}
