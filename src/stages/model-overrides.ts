import { parse } from "yaml";
import { UserError, UserErrors } from "../errors.js";
import { expectation, schemaMistakes } from "../schema-mistakes.js";
import { modelSchema, type ModelSpec } from "./model-spec.js";

/**
 * A model spec with some values replaced.
 *
 * @param assignments `path=value`: the path's names are joined by points, the value is YAML, e.g. `network.width=32` or
 *   `features.except=[a, b]`
 * @throws UserErrors naming each assignment that does not fit, and the nearest valid name
 */
export function applyOverrides(spec: ModelSpec, assignments: readonly string[]): ModelSpec {
  let changed: unknown = spec;
  for (const assignment of assignments) {
    const { path, value } = parseAssignment(assignment);
    changed = replaced(changed, path, value, assignment);
  }
  const result = modelSchema.safeParse(changed, { error: expectation });
  if (result.success) return result.data;
  throw new UserErrors(
    schemaMistakes(result.error, changed, modelSchema).map(({ path, message, hint }) => {
      const at = path.map(String);
      const cause = assignments.findLast((assignment) => overlap(parseAssignment(assignment).path, at));
      return new UserError(`--set ${cause ?? assignments.join(" --set ")}: ${message}`, { hint });
    }),
  );
}

function parseAssignment(assignment: string): { path: string[]; value: unknown } {
  const at = assignment.indexOf("=");
  const path = assignment.slice(0, Math.max(0, at)).split(".");
  if (path.some((name) => name.trim() === "")) {
    throw new UserError(`--set ${assignment}: expected PATH=VALUE`, {
      hint: "For example --set network.width=32",
    });
  }
  return { path, value: parseValue(assignment.slice(at + 1), assignment) };
}

function parseValue(text: string, assignment: string): unknown {
  try {
    return parse(text, { prettyErrors: false, logLevel: "error" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`--set ${assignment}: the value is not YAML: ${reason}`, {
      hint: "Write a number, a text, or a list such as [a, b].",
      cause,
    });
  }
}

function replaced(within: unknown, path: readonly string[], value: unknown, assignment: string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(within)) {
    const index = Number(name);
    if (Number.isInteger(index) && index >= 0 && index <= within.length) {
      return Object.assign([...(within as unknown[])], {
        [index]: replaced(within[index], rest, value, assignment),
      });
    }
  } else if (within === undefined || (typeof within === "object" && within !== null)) {
    const entries = new Map<string, unknown>(Object.entries(within ?? {}));
    return Object.fromEntries(entries.set(name, replaced(entries.get(name), rest, value, assignment)));
  }
  throw new UserError(
    `--set ${assignment}: expected a mapping that holds '${name}', found ${JSON.stringify(within)}`,
    {
      hint: "Shorten the path.",
    },
  );
}

/** Whether one of two paths begins with the other. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  return Array.from({ length: Math.min(a.length, b.length) }, (_, i) => a[i] === b[i]).every(Boolean);
}
