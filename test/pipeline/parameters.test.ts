import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterValues } from "../../src/pipeline/parameters.js";
import type { ParameterSpec } from "../../src/pipeline/spec.js";
import { mistake } from "../support/errors.js";

const declared: Record<string, ParameterSpec> = {
  as_of: { type: "date", default: "latest" },
  horizon_days: { type: "integer", default: 90 },
  share: { type: "number", default: 0.5 },
  data: { type: "string", default: "data/sample" },
};

describe("parameters", () => {
  it("have their defaults", () => {
    expect(Object.fromEntries(parameterValues(declared, []))).toEqual({
      as_of: "latest",
      horizon_days: 90,
      share: 0.5,
      data: "data/sample",
    });
  });

  it("take what is given, the last time it is", () => {
    const given = ["as_of=2026-02-28", "horizon_days=-1", "share=1e-3", "data=a=b", "data= c"];
    expect(Object.fromEntries(parameterValues(declared, given))).toEqual({
      as_of: "2026-02-28",
      horizon_days: -1,
      share: 0.001,
      data: " c",
    });
  });

  it.each([
    ["as_of", "--param as_of: expected NAME=VALUE", "For example --param as_of=..."],
    ["asof=2026-01-01", "--param asof: the pipeline declares no such parameter", "Did you mean 'as_of'?"],
    [
      "as_of=2026-02-30",
      "--param as_of: expected a date as YYYY-MM-DD, or latest, found '2026-02-30'",
      "--param as_of=latest",
    ],
    ["as_of=01/02/2026", "expected a date", "--param as_of=latest"],
    [
      "horizon_days=1.5",
      "--param horizon_days: expected a whole number, found '1.5'",
      "--param horizon_days=90",
    ],
    ["horizon_days=", "expected a whole number", "90"],
    ["horizon_days=99999999999999999999", "expected a whole number", "90"],
    ["share=half", "expected a number", "0.5"],
    ["share=Infinity", "expected a number", "0.5"],
    ["constructor=1", "the pipeline declares no such parameter", "Valid names"],
  ])("%s is a mistake", async (given, message, hint) => {
    const error = await mistake(() => parameterValues(declared, [given]));
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it("are settled, or refused in words, for any text", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("as_of", "horizon_days", "share", "x"),
        fc.string(),
        async (name, text) => {
          const settle = () => parameterValues(declared, [`${name}=${text}`]);
          try {
            const value = settle().get(name);
            expect(typeof value === "string" || Number.isFinite(value)).toBe(true);
          } catch {
            await mistake(settle);
          }
        },
      ),
      { seed: 1 },
    );
  });
});
