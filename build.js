import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Files below a folder that end in `.ts`. */
function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Per stage kind, a hash of all source files that its module reaches and of the lockfile: "the code that makes it". */
async function codeHashes() {
  const kinds = readdirSync("src/stages").filter((file) => file.endsWith(".ts"));
  const lock = readFileSync("package-lock.json");
  const hashes = {};
  for (const kind of kinds) {
    const { metafile } = await build({
      entryPoints: [join("src/stages", kind)],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    const hash = createHash("sha256").update(lock);
    for (const file of Object.keys(metafile.inputs).sort()) hash.update(file).update(readFileSync(file));
    hashes[basename(kind, ".ts")] = hash.digest("hex").slice(0, 16);
  }
  return hashes;
}

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: sources("src"),
  outdir: "dist",
  outbase: "src",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "linked",
  logLevel: "warning",
});
writeFileSync("dist/code.json", JSON.stringify(await codeHashes(), null, 2));
