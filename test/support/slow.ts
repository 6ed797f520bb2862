import type { CommandResult } from "./command.js";
import { launch } from "./command.js";
import type { Project } from "./project.js";

/** A statement that does not end by itself. */
const endless = "select count(*) as n from customers, range(10000000000000) as t(i) where hash(i) = 1\n";

/** Starts a run that has begun a stage which does not end; it is ended by a signal. */
export async function startEndlessRun(
  project: Project,
): Promise<{ pid: number; kill: (signal: NodeJS.Signals) => Promise<CommandResult> }> {
  project.write("pipelines/sql/cities.sql", endless);
  const { child, ended } = launch(["run"], { cwd: project.folder });
  await new Promise<void>((resolve, reject) => {
    let seen = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      seen += bytes.toString();
      if (seen.includes(" cities ...")) resolve();
    });
    child.on("close", () => reject(new Error(`the run ended before its endless stage: ${seen}`)));
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
