import { UserError } from "../errors.js";
import { suggest } from "../suggest.js";
import type { ParameterSpec } from "./spec.js";

/** A parameter's value; `latest` is settled once the data is loaded. */
export type ParameterValue = string | number;

export const latest = "latest";

/**
 * The declared defaults with the values given on the command line in their place.
 *
 * @param given `name=value`
 * @throws UserError for an undeclared name or a value of the wrong type
 */
export function parameterValues(
  declared: Readonly<Record<string, ParameterSpec>>,
  given: readonly string[],
): Map<string, ParameterValue> {
  const values = new Map<string, ParameterValue>(
    Object.entries(declared).map(([name, spec]) => [name, spec.default]),
  );
  for (const assignment of given) {
    const at = assignment.indexOf("=");
    const name = assignment.slice(0, at < 0 ? undefined : at);
    const spec = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (at < 0) {
      throw new UserError(`--param ${assignment}: expected NAME=VALUE`, {
        hint: `For example --param ${name}=...`,
      });
    }
    if (!spec) {
      throw new UserError(`--param ${name}: the pipeline declares no such parameter`, {
        hint: suggest(name, Object.keys(declared)),
      });
    }
    values.set(name, parsed(name, spec, assignment.slice(at + 1)));
  }
  return values;
}

function parsed(name: string, spec: ParameterSpec, text: string): ParameterValue {
  const wrong = (expected: string) =>
    new UserError(`--param ${name}: expected ${expected}, found '${text}'`, {
      hint: `For example --param ${name}=${spec.default}`,
    });
  switch (spec.type) {
    case "string":
      return text;
    case "date":
      if (text === latest || isDate(text)) return text;
      throw wrong("a date as YYYY-MM-DD, or latest");
    case "integer":
      if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
      throw wrong("a whole number");
    case "number":
      if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
      throw wrong("a number");
  }
}

function isDate(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}
