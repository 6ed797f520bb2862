import { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { exitCodes, UserError } from "../errors.js";
import { defaultMemoryLimit } from "../pipeline/memory.js";
import { aligned, megabytes, print, printJson } from "./output.js";
import { withStoreOptions, type StoreOptions } from "./store-options.js";

interface Finding {
  name: string;
  value: string;
  /** What to do about it, where something should be done. */
  advice?: string;
  isBroken?: boolean;
}

const gigabyte = 1024 ** 3;

export function doctorCommand(): Command {
  return withStoreOptions(new Command("doctor"))
    .description(
      "Say what the program runs on - Node.js, engine, TensorFlow.js backend, memory, disk - and what to do about what is missing.",
    )
    .addHelpText(
      "after",
      `
Examples:
  $ ancora doctor
  $ ancora doctor --store /srv/ancora/store --json

Exit codes: 0 all that is needed is there, 2 something needed is missing.
`,
    )
    .action(async (options: StoreOptions) => {
      const findings = [
        node(),
        await engine(),
        await backend(),
        memory(),
        await disk(options.store),
        await store(options.store),
      ];
      if (options.json) {
        printJson({ findings: findings.map(({ isBroken, ...finding }) => ({ ...finding, ok: !isBroken })) });
      } else {
        const lines = aligned(
          findings.map(({ name, value, isBroken }) => [isBroken ? "✖" : "✔", name, value]),
        );
        findings.forEach(({ advice }, index) => print(`${lines[index]}${advice ? `\n    ${advice}` : ""}`));
      }
      if (findings.some(({ isBroken }) => isBroken)) process.exitCode = exitCodes.usage;
    });
}

function node(): Finding {
  const [major = 0] = process.versions.node.split(".").map(Number);
  const value = `${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  if (major >= 20 && major <= 24) return { name: "Node.js", value };
  return { name: "Node.js", value, advice: "Use Node.js 20 to 24: others are not tested." };
}

async function engine(): Promise<Finding> {
  try {
    const { duckDbVersion, openDuckDb } = await import("../warehouse/duckdb.js");
    const opened = await openDuckDb();
    opened.close();
    return { name: "engine", value: `DuckDB ${duckDbVersion}, memory limit ${defaultMemoryLimit()}` };
  } catch (error) {
    return {
      name: "engine",
      value: `DuckDB does not start: ${String(error)}`,
      isBroken: true,
      advice: "Run npm ci again on this machine.",
    };
  }
}

async function backend(): Promise<Finding> {
  const name = "TensorFlow.js backend";
  try {
    const { useBackend } = await import("../ml/backend.js");
    const found = await useBackend();
    const value = `${found.name === "native" ? "native libtensorflow" : "WebAssembly"} (${found.version})`;
    if (found.name === "native") return { name, value };
    return {
      name,
      value,
      advice:
        "The native backend (tfjs-node-native) is not installed: everything works, training is slower. It comes with npm ci\n" +
        "    where the download host of @tensorflow/tfjs-node can be reached.",
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, value: error.message, isBroken: true, advice: error.hint ?? "Run npm ci again." };
  }
}

function memory(): Finding {
  const value = `${megabytes(freemem())} free of ${megabytes(totalmem())}`;
  if (totalmem() >= 2 * gigabyte) return { name: "memory", value };
  return {
    name: "memory",
    value,
    advice: "Under 2 GB: give --memory 500MB to ancora run, so that the engine spills to disk.",
  };
}

async function disk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestExisting(resolve(folder)));
  const free = bavail * bsize;
  const value = `${megabytes(free)} free for ${folder}`;
  if (free >= gigabyte) return { name: "disk", value };
  return {
    name: "disk",
    value,
    advice: "Under 1 GB: free some space, or keep the store elsewhere (store: in the pipeline).",
  };
}

async function store(folder: string): Promise<Finding> {
  const path = nearestExisting(resolve(folder));
  try {
    if (!statSync(path).isDirectory()) throw new Error("a file");
    await access(path, constants.W_OK);
    return {
      name: "store",
      value: existsSync(resolve(folder)) ? `${folder} can be written` : `${folder} will be made`,
    };
  } catch {
    return {
      name: "store",
      value: `${path} cannot be written`,
      isBroken: true,
      advice: "Give this user the right to write there, or choose another folder.",
    };
  }
}

function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
