import * as tf from "@tensorflow/tfjs";
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import util from "node:util";
import { UserError } from "../errors.js";
import { registerWasmKernels } from "./wasm-kernels.js";

/** The one TensorFlow.js namespace of the program: import it from here, so that a second copy cannot come in. */
export { tf };

export type BackendName = "native" | "wasm";

/** What computes: its name and the version of the package that brings it. */
export interface Backend {
  name: BackendName;
  version: string;
}

let current: Promise<Backend> | undefined;

/**
 * Makes TensorFlow.js compute with libtensorflow where the optional package `tfjs-node-native` is installed, else with
 * WebAssembly; never with plain JavaScript. Calls after the first change nothing unless they ask for another backend.
 *
 * @param preference "native" or "wasm" to insist, "auto" to take the fastest there is.
 * @throws UserError if "native" is asked for and is not installed or does not load.
 */
export function useBackend(preference: BackendName | "auto" = "auto"): Promise<Backend> {
  current = chooseBackend(preference, current);
  return current;
}

async function chooseBackend(
  preference: BackendName | "auto",
  before: Promise<Backend> | undefined,
): Promise<Backend> {
  const active = await before?.catch(() => undefined);
  if (active && (preference === "auto" || preference === active.name)) return active;
  tf.enableProdMode();
  return preference === "wasm" ? useWasm() : useNative(preference === "native");
}

async function useNative(insist: boolean): Promise<Backend> {
  restoreUtil();
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  const require = createRequire(import.meta.url);
  try {
    require("tfjs-node-native");
  } catch (cause) {
    if (!insist) return useWasm();
    throw new UserError("the native TensorFlow.js backend (tfjs-node-native) does not load here", {
      hint: "Run `npm install` where its download host can be reached, or leave the choice to `auto`.",
      cause,
    });
  }
  await activate("tensorflow");
  return { name: "native", version: packageVersion("tfjs-node-native") };
}

async function useWasm(): Promise<Backend> {
  const { setWasmPaths, version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
  const require = createRequire(import.meta.url);
  setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  await activate("wasm");
  registerWasmKernels();
  return { name: "wasm", version: version_wasm };
}

async function activate(name: "tensorflow" | "wasm"): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend ${name}`);
  await tf.ready();
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url);
  const { version } = require(`${name}/package.json`) as { version: string };
  return version;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node.js 23 took away. */
function restoreUtil(): void {
  const legacy: { isNullOrUndefined?: (value: unknown) => boolean } = util;
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
