import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.js";
import { tf } from "./backend.js";

/** A trained model as kept on disk: its named tensors, and everything else about it as JSON. */
export interface Artifact<Settings> {
  tensors: tf.NamedTensorMap;
  settings: Settings;
}

/** What kind of model a folder holds; a folder of another kind or version is refused. */
export type ArtifactFormat = `ancora-${string}/${number}`;

const description = z.object({
  format: z.string(),
  weightsManifest: z.tuple([z.object({ weights: z.array(z.custom<tf.io.WeightsManifestEntry>()) })]),
  userDefinedMetadata: z.object({ weightsSha256: z.string(), settings: z.unknown() }),
});

/**
 * Writes a folder in TensorFlow.js' layout: `weights.bin`, then `model.json` with the weights manifest, so that a folder
 * without `model.json` is one whose writing was cut off. The caller keeps its tensors.
 */
export async function writeArtifact(
  folder: string,
  format: ArtifactFormat,
  { tensors, settings }: Artifact<unknown>,
): Promise<void> {
  const { data, specs } = await tf.io.encodeWeights(tensors);
  const weights = new Uint8Array(data);
  const model = {
    format,
    weightsManifest: [{ paths: ["weights.bin"], weights: specs }],
    userDefinedMetadata: { weightsSha256: sha256(weights), settings },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "weights.bin"), weights);
  await writeFile(join(folder, "model.json"), JSON.stringify(model, null, 2));
}

/**
 * Reads a folder that `writeArtifact` has written. The caller disposes of the tensors.
 *
 * @throws UserError if the folder is cut off, damaged, or of another format.
 */
export async function readArtifact<Settings>(
  folder: string,
  format: ArtifactFormat,
  settings: z.ZodType<Settings>,
): Promise<Artifact<Settings>> {
  const place = { file: join(folder, "model.json") };
  const model = description.safeParse(parseJson(await read(folder, "model.json")));
  if (!model.success) throw new UserError("expected a trained model, found something else", { place });
  if (model.data.format !== format) {
    throw new UserError(`expected a model of format ${format}, found ${model.data.format}`, {
      place,
      hint: "Train the model again with this version.",
    });
  }
  const weights = await read(folder, "weights.bin");
  const { weightsSha256, settings: found } = model.data.userDefinedMetadata;
  if (sha256(weights) !== weightsSha256) throw damaged(folder, "weights.bin", "it does not match model.json");
  const checked = settings.safeParse(found);
  if (!checked.success) throw damaged(folder, "model.json", z.prettifyError(checked.error));
  const { buffer } = Uint8Array.from(weights);
  const tensors = tf.io.decodeWeights(buffer, model.data.weightsManifest[0].weights);
  return { tensors, settings: checked.data };
}

async function read(folder: string, file: string) {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw damaged(folder, file, cause instanceof Error ? cause.message : "it cannot be read", cause);
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function damaged(folder: string, file: string, why: string, cause?: unknown): UserError {
  return new UserError(`the trained model is cut off or damaged: ${why}`, {
    place: { file: join(folder, file) },
    hint: "Roll back to an earlier version, or train the model again.",
    cause,
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
