/** Process exit codes of the `ancora` command, as documented in its manual page. */
export const exitCodes = {
  done: 0,
  stageFailed: 1,
  usage: 2,
  contractBroken: 3,
  storeLocked: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface Place {
  file: string;
  line?: number | undefined;
  column?: number | undefined;
}

export function formatPlace({ file, line, column }: Place): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
}

/**
 * A mistake that the user can mend: printed without a stack trace. Any other error is a bug and keeps its stack.
 *
 * The message says what was expected and what was found; `place` says where, `hint` what to do.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode: ExitCode;
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { exitCode?: ExitCode; place?: Place; hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.usage;
    this.place = options.place;
    this.hint = options.hint;
  }

  /** The whole error as shown to a person: `file:line:column: message`, then the hint. */
  describe(): string {
    const where = this.place ? `${formatPlace(this.place)}: ` : "";
    return `${where}${this.message}${this.hint ? `\n  ${this.hint}` : ""}`;
  }
}

/** Several mistakes found in one go, e.g. all the typos of one pipeline file. */
export class UserErrors extends UserError {
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => error.message).join("; "), errors[0] ? { exitCode: errors[0].exitCode } : {});
    this.errors = errors;
  }

  override describe(): string {
    return this.errors.map((error) => error.describe()).join("\n");
  }
}
