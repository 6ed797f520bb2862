import { z } from "zod";
import type { Analysis } from "./method.js";
import { treatmentEffect, treatmentEffectSchema } from "./treatment-effect.js";

/** The shape of `pipelines/analyses/*.yaml`: one question, and the method that answers it. */
export const analysisSchema = z.discriminatedUnion("method", [treatmentEffectSchema]);

export type AnalysisSpec = z.output<typeof analysisSchema>;

/** The analysis by the method that its file asks for. */
export function openAnalysis(spec: AnalysisSpec): Analysis {
  switch (spec.method) {
    case "treatment_effect":
      return treatmentEffect(spec);
  }
}
