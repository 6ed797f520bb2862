import { build } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A worker script, bundled into a folder of its own below `node_modules`, where its packages are found. */
export interface BuiltWorker {
  folder: string;
  url: URL;
  remove: () => Promise<void>;
}

/** @param entry path from the repository's root, such as `src/ml/text.worker.ts` */
export async function buildWorker(entry: string): Promise<BuiltWorker> {
  const folder = await mkdtemp(join("node_modules", ".cache-worker-"));
  const outfile = join(folder, "worker.js");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
  });
  return { folder, url: pathToFileURL(outfile), remove: () => rm(folder, { recursive: true }) };
}
