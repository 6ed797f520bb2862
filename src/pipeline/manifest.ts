import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isErrno, readJson, writeDurably } from "../warehouse/durable.js";

const stageSchema = z.object({
  name: z.string(),
  kind: z.string(),
  status: z.enum(["made", "reused", "kept", "failed", "skipped"]),
  reason: z.string(),
  summary: z.string(),
  seconds: z.number(),
  rows: z.number(),
  /** Bytes that the whole process held at most while the stage ran. */
  peak_memory: z.number(),
  fingerprint: z.string(),
});

const manifestSchema = z.object({
  id: z.string(),
  pipeline: z.string(),
  status: z.enum(["running", "done", "failed"]),
  pid: z.number(),
  started_at: z.string(),
  ended_at: z.string().optional(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  engine: z.string(),
  backend: z.string().optional(),
  inputs: z.array(
    z.object({
      table: z.string(),
      file: z.string(),
      sha256: z.string(),
      rows: z.number(),
      quarantined: z.number(),
    }),
  ),
  stages: z.array(stageSchema),
  checks: z.array(
    z.object({ name: z.string(), severity: z.enum(["error", "warning"]), failures: z.number() }),
  ),
  models: z.record(z.string(), z.string()),
  publication: z.string().optional(),
  error: z.string().optional(),
});

/** What a run did, as kept in `runs/<id>.json` of the store. */
export type RunManifest = z.output<typeof manifestSchema>;
export type StageManifest = z.output<typeof stageSchema>;

export async function writeManifest(store: string, manifest: RunManifest): Promise<void> {
  await writeDurably(join(store, "runs", `${manifest.id}.json`), JSON.stringify(manifest, null, 1));
}

/** The manifests of a store, newest first. One that still says `running` though its process is gone was interrupted. */
export async function readManifests(store: string): Promise<(RunManifest & { interrupted: boolean })[]> {
  let files: string[];
  try {
    files = await readdir(join(store, "runs"));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
  const manifests = await Promise.all(
    files.filter((file) => file.endsWith(".json")).map((file) => readJson(join(store, "runs", file))),
  );
  return manifests
    .flatMap((content) => {
      const { data } = manifestSchema.safeParse(content);
      return data ? [{ ...data, interrupted: data.status === "running" && !isAlive(data.pid) }] : [];
    })
    .sort((a, b) => b.started_at.localeCompare(a.started_at));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, "EPERM");
  }
}
