import { Command } from "commander";
import type { RunManifest } from "../pipeline/manifest.js";
import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import { wholeNumber } from "./numbers.js";
import { aligned, megabytes, print, printJson } from "./output.js";
import { openStore, withStoreOptions, type StoreOptions } from "./store-options.js";

interface RunsOptions extends StoreOptions {
  last: number;
}

type Listed = RunManifest & { interrupted: boolean };

export function runsCommand(): Command {
  return withStoreOptions(new Command("runs"))
    .description(
      "List the runs of a store, newest first; or show one: its inputs with their hashes, its stages with seconds, rows and\n" +
        "peak memory, its checks and model versions.",
    )
    .argument("[id]", "a run; the beginning of its name is enough")
    .option("-n, --last <n>", "how many runs to list", wholeNumber("--last"), 20)
    .addHelpText(
      "after",
      `
Examples:
  $ ancora runs
  $ ancora runs 20261031T0300
  $ ancora runs --json --last 1
`,
    )
    .action(async (id: string | undefined, options: RunsOptions) => {
      const { readManifests } = await import("../pipeline/manifest.js");
      const runs = await readManifests(openStore(options).folder);
      if (id !== undefined) {
        const run = find(runs, id);
        if (options.json) printJson(run);
        else show(run);
        return;
      }
      const listed = runs.slice(0, options.last);
      if (options.json) {
        printJson({ runs: listed });
        return;
      }
      const rows = listed.map((run) => [
        run.id,
        run.pipeline,
        status(run),
        `${run.stages.filter((stage) => stage.status === "made").length} made`,
        `${run.stages.filter((stage) => stage.status === "reused" || stage.status === "kept").length} reused`,
        duration(run),
        run.publication === run.id ? "published" : "",
      ]);
      for (const line of aligned([["run", "pipeline", "status", "made", "reused", "time", ""], ...rows]))
        print(line);
    });
}

function find(runs: readonly Listed[], id: string): Listed {
  const found = runs.find((run) => run.id.startsWith(id));
  if (found) return found;
  throw new UserError(`there is no run ${id}`, {
    hint: suggest(
      id,
      runs.slice(0, 10).map((run) => run.id),
    ),
  });
}

function show(run: Listed): void {
  print(`run ${run.id} of ${run.pipeline}: ${status(run)}, ${duration(run)}`);
  print(`engine ${run.engine}${run.backend ? `, TensorFlow.js backend ${run.backend}` : ""}`);
  const parameters = Object.entries(run.parameters).map(([name, value]) => `${name} = ${value}`);
  if (parameters.length > 0) print(`parameters ${parameters.join(", ")}`);
  section(
    "inputs",
    run.inputs.map(({ table, file, sha256, rows, quarantined }) => [
      table,
      file,
      sha256.slice(0, 12),
      `${rows} rows`,
      `${quarantined} in quarantine`,
    ]),
  );
  section(
    "stages",
    run.stages.map(({ name, kind, status: how, seconds, rows, peak_memory, reason }) => [
      name,
      kind,
      how,
      `${seconds.toFixed(1)} s`,
      `${rows} rows`,
      how === "made" ? megabytes(peak_memory) : "",
      reason,
    ]),
  );
  section(
    "checks",
    run.checks.map(({ name, severity, failures }) => [
      name,
      severity,
      failures === 0 ? "passed" : `${failures} rows`,
    ]),
  );
  section("models", Object.entries(run.models));
  if (run.error !== undefined) print(`\nerror: ${run.error}`);
}

function section(title: string, rows: readonly string[][]): void {
  if (rows.length === 0) return;
  print(`\n${title}`);
  for (const line of aligned(rows)) print(`  ${line}`);
}

function status(run: Listed): string {
  return run.interrupted ? "interrupted" : run.status;
}

function duration(run: RunManifest): string {
  if (run.ended_at === undefined) return "";
  return `${((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000).toFixed(1)} s`;
}
