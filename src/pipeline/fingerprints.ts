import { readFileSync } from "node:fs";
import { fingerprint } from "../fingerprint.js";
import type { Fingerprint } from "../warehouse/store.js";
import type { ParameterValue } from "./parameters.js";
import type { KindName } from "./spec.js";

/** What a stage's fingerprint is made of, each part apart so that a change can be named. */
export interface Ingredients {
  /** Hash of its files and options. */
  identity: string;
  /** Hash of the code that makes its kind. */
  code: string;
  parameters: Record<string, ParameterValue>;
  /** What it reads -> fingerprint. */
  inputs: Record<string, Fingerprint>;
}

export function fingerprintOf(ingredients: Ingredients): Fingerprint {
  return fingerprint(ingredients);
}

/** Why a stage would run: what differs from the ingredients that its published result was made of. */
export function difference(now: Ingredients, before: Ingredients | undefined): string {
  if (!before) return "never made";
  const reasons: string[] = [];
  if (now.identity !== before.identity) reasons.push("its files or options changed");
  for (const [name, value] of Object.entries(now.parameters)) {
    if (before.parameters[name] !== value)
      reasons.push(`$${name} changed from ${before.parameters[name] ?? "nothing"} to ${value}`);
  }
  const inputs = Object.keys(now.inputs).filter((name) => now.inputs[name] !== before.inputs[name]);
  if (inputs.length > 0) reasons.push(`${inputs.join(", ")} changed`);
  if (Object.keys(before.inputs).some((name) => !(name in now.inputs))) reasons.push("it reads other tables");
  if (now.code !== before.code) reasons.push("the program changed");
  return reasons.join("; ") || "its stored result is gone";
}

let hashes: Record<string, string> | undefined;

/** The hash of the code behind a kind of stage, made when the program was built. */
export function codeHash(kind: KindName): string {
  hashes ??= JSON.parse(readFileSync(new URL("../../dist/code.json", import.meta.url), "utf8")) as Record<
    string,
    string
  >;
  const hash = hashes[kind];
  if (hash === undefined) throw new Error(`the build has no code hash for stages of kind ${kind}`);
  return hash;
}
