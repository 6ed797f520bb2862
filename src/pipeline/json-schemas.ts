import { z } from "zod";
import { analysisSchema } from "../stages/estimate/methods.js";
import { lifetimeValueSchema } from "../stages/lifetime-value-spec.js";
import { modelSchema } from "../stages/model-spec.js";
import { topicModelSchema } from "../stages/topic-model-spec.js";
import { contractSchema } from "../warehouse/contract.js";
import { pipelineSchema } from "./spec.js";

/** File in `schemas/` -> the JSON Schema of the YAML files that people write, for the completion of editors. */
export function jsonSchemas(): Record<string, object> {
  return {
    "pipeline.schema.json": jsonSchema("An Ancora pipeline", pipelineSchema),
    "contract.schema.json": jsonSchema("An Ancora contract", contractSchema),
    "model.schema.json": jsonSchema("An Ancora model", modelSchema),
    "lifetime_value.schema.json": jsonSchema("An Ancora model of lifetime value", lifetimeValueSchema),
    "topics.schema.json": jsonSchema("An Ancora model of topics", topicModelSchema),
    "analysis.schema.json": jsonSchema("An Ancora analysis", analysisSchema),
  };
}

function jsonSchema(title: string, schema: z.ZodType): object {
  return { title, ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
}
