import { z } from "zod";
import { differenceInDifferences, differenceInDifferencesSchema } from "./difference-in-differences.js";
import { driverImportance, driverImportanceSchema } from "./driver-importance.js";
import { incrementalPrediction, incrementalPredictionSchema } from "./incremental-prediction.js";
import { inversePropensity, inversePropensitySchema } from "./inverse-propensity.js";
import type { Analysis } from "./method.js";
import { outbreakDetection, outbreakDetectionSchema } from "./outbreak-detection.js";
import { treatmentEffect, treatmentEffectSchema } from "./treatment-effect.js";

/** The shape of `pipelines/analyses/*.yaml`: one question, and the method that answers it. */
export const analysisSchema = z.discriminatedUnion("method", [
  differenceInDifferencesSchema,
  driverImportanceSchema,
  incrementalPredictionSchema,
  inversePropensitySchema,
  outbreakDetectionSchema,
  treatmentEffectSchema,
]);

export type AnalysisSpec = z.output<typeof analysisSchema>;

/** The analysis by the method that its file asks for. */
export function openAnalysis(spec: AnalysisSpec): Analysis {
  switch (spec.method) {
    case "difference_in_differences":
      return differenceInDifferences(spec);
    case "driver_importance":
      return driverImportance(spec);
    case "incremental_prediction":
      return incrementalPrediction(spec);
    case "inverse_propensity":
      return inversePropensity(spec);
    case "outbreak_detection":
      return outbreakDetection(spec);
    case "treatment_effect":
      return treatmentEffect(spec);
  }
}
