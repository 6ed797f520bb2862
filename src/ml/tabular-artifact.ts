import { z } from "zod";
import { readArtifact, writeArtifact, type ArtifactFormat } from "./artifacts.js";
import { tf } from "./backend.js";
import { calibrationSchema } from "./calibration-choice.js";
import { encoderSchema } from "./encoders.js";
import { networkSpec } from "./spec.js";
import type { TabularModel } from "./tabular.js";

const format: ArtifactFormat = "ancora-tabular/2";

const settings = z.object({
  network: networkSpec,
  encoder: encoderSchema,
  inputs: z.int(),
  numbers: z.int(),
  calibration: calibrationSchema,
});

/** Writes a model to a folder; see `writeArtifact` for its layout. */
export async function saveTabular(folder: string, model: TabularModel): Promise<void> {
  const { spec: network, encoder, inputs, numbers, calibration, groups, background } = model;
  const tensors = {
    background: tf.tensor2d(background, [background.length / inputs, inputs]),
    ...Object.fromEntries(groups.map((parameters, group) => [`group_${group}`, tf.tensor1d(parameters)])),
  };
  await writeArtifact(folder, format, {
    tensors,
    settings: { network, encoder, inputs, numbers, calibration } satisfies z.infer<typeof settings>,
  });
  tf.dispose(tensors);
}

/**
 * Reads a model that `saveTabular` has written.
 *
 * @throws UserError if the folder is cut off, damaged, or of another format.
 */
export async function loadTabular(folder: string): Promise<TabularModel> {
  const { tensors, settings: found } = await readArtifact(folder, format, settings);
  const floats = (name: string) => (tensors[name] as tf.Tensor).dataSync<"float32">();
  const { network: spec, ...rest } = found;
  const groups = Array.from({ length: spec.groups }, (_, group) => floats(`group_${group}`));
  const model = { spec, ...rest, groups, background: floats("background") };
  tf.dispose(tensors);
  return model;
}
