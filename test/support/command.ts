import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface CommandResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

interface Launch {
  cwd: string;
  /** A command before it that changes what it may do, e.g. `["prlimit", "--fsize=1000"]`. */
  under?: readonly string[];
}

const program = fileURLToPath(new URL("../../bin/ancora.js", import.meta.url));

/** Starts the command as people do: a process of its own. */
export function launch(
  args: readonly string[],
  { cwd, under = [] }: Launch,
): { child: ChildProcess; ended: Promise<CommandResult> } {
  const [file = process.execPath, ...rest] = [...under, process.execPath, program, ...args];
  const child = spawn(file, rest, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LANG: "C", LC_ALL: "C", NO_COLOR: "1" },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      }),
    );
  });
  return { child, ended };
}

/** Runs the command to its end. */
export function ancora(args: readonly string[], options: Launch): Promise<CommandResult> {
  return launch(args, options).ended;
}
