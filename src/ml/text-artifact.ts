import { z } from "zod";
import { readArtifact, writeArtifact, type ArtifactFormat } from "./artifacts.js";
import { tf } from "./backend.js";
import { NgramIndex } from "./ngram-index.js";
import type { TextModel } from "./text-model.js";

const format: ArtifactFormat = "ancora-text/1";

const settings = z.object({
  characterFeatures: z.int(),
  ground: z.object({ minimumWords: z.number(), minimumCoverage: z.number() }),
  threshold: z.number(),
  dense: z.array(z.object({ name: z.string(), mean: z.number(), deviation: z.number() })),
  heads: z.array(
    z.object({
      label: z.string(),
      intercept: z.number(),
      denseWeights: z.array(z.number()),
      calibration: z.object({ a: z.number(), b: z.number(), c: z.number() }),
      trainingPrevalence: z.number(),
      prevalence: z.number(),
    }),
  ),
});

/** Writes a model to a folder; see `writeArtifact` for its layout. */
export async function saveTextModel(
  folder: string,
  { vocabulary, dense, heads, ground, threshold }: TextModel,
): Promise<void> {
  const tensors = {
    ngrams: tf.tensor1d([...vocabulary.ngrams], "string"),
    hashes: tf.tensor1d(vocabulary.hashes, "int32"),
    inverse_document_frequency: tf.tensor1d(vocabulary.inverseDocumentFrequency),
    ...Object.fromEntries(heads.map((head, label) => [weightsName(label), tf.tensor1d(head.ngramWeights)])),
  };
  const described: z.infer<typeof settings> = {
    characterFeatures: vocabulary.characterFeatures,
    ground,
    threshold,
    dense: dense.names.map((name, feature) => ({
      name,
      mean: dense.means[feature]!,
      deviation: dense.deviations[feature]!,
    })),
    heads: heads.map(({ ngramWeights: _, denseWeights, ...head }) => ({
      ...head,
      denseWeights: [...denseWeights],
    })),
  };
  await writeArtifact(folder, format, { tensors, settings: described });
  tf.dispose(tensors);
}

/**
 * Reads a model that `saveTextModel` has written.
 *
 * @throws UserError if the folder is cut off, damaged, or of another format.
 */
export async function loadTextModel(folder: string): Promise<TextModel> {
  const { tensors, settings: found } = await readArtifact(folder, format, settings);
  const floats = (name: string): Float32Array => tensors[name]!.dataSync<"float32">();
  const hashes = tensors["hashes"]!.dataSync<"int32">();
  const model: TextModel = {
    vocabulary: {
      ngrams: tensors["ngrams"]!.dataSync<"string">(),
      characterFeatures: found.characterFeatures,
      inverseDocumentFrequency: floats("inverse_document_frequency"),
      hashes,
      index: NgramIndex.of(hashes),
    },
    dense: {
      names: found.dense.map(({ name }) => name),
      means: Float32Array.from(found.dense, ({ mean }) => mean),
      deviations: Float32Array.from(found.dense, ({ deviation }) => deviation),
    },
    heads: found.heads.map((head, label) => ({
      ...head,
      denseWeights: Float32Array.from(head.denseWeights),
      ngramWeights: floats(weightsName(label)),
    })),
    ground: found.ground,
    threshold: found.threshold,
  };
  tf.dispose(tensors);
  return model;
}

function weightsName(label: number): string {
  return `ngram_weights_${label}`;
}
