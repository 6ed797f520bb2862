import { UserError, UserErrors, type Place } from "../errors.js";
import type { ModelSpec } from "../stages/model-spec.js";
import { suggest } from "../suggest.js";
import { parameterSchema, type ParameterSpec, type PipelineSpec } from "./spec.js";

/**
 * The parameters that a pipeline declares, the defaults that it leaves to a model's spec in their place.
 *
 * @param readModel reads the model file that a parameter's default names
 * @throws UserErrors naming each field that a spec has not, or whose value is of another type
 */
export function settleDefaults(
  params: PipelineSpec["params"],
  readModel: (parameter: string, file: string) => ModelSpec,
  place: (...path: string[]) => Place,
): Record<string, ParameterSpec> {
  const errors: UserError[] = [];
  const settled: Record<string, ParameterSpec> = {};
  for (const [name, parameter] of Object.entries(params)) {
    const { model, field } = typeof parameter.default === "object" ? parameter.default : {};
    if (model === undefined || field === undefined) {
      settled[name] = parameterSchema.parse(parameter);
      continue;
    }
    const values = scalars(readModel(name, model));
    const found = parameterSchema.safeParse({ ...parameter, default: values.get(field) });
    if (found.success) {
      settled[name] = found.data;
      continue;
    }
    const value = values.get(field);
    errors.push(
      new UserError(
        value === undefined
          ? `${model} has no value ${field}`
          : `${model}: expected ${field} to be of type ${parameter.type}, found ${JSON.stringify(value)}`,
        {
          place: place("params", name, "default", "field"),
          hint:
            value === undefined
              ? suggest(field, [...values.keys()])
              : "Name another field, or mend the type.",
        },
      ),
    );
  }
  if (errors.length > 0) throw new UserErrors(errors);
  return settled;
}

/** Every text and number of a spec by its path, the names joined by points. */
function scalars(value: unknown, path: readonly string[] = []): Map<string, string | number> {
  if (typeof value === "string" || typeof value === "number") return new Map([[path.join("."), value]]);
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).flatMap(([name, inner]) => [...scalars(inner, [...path, name])]));
}
