import { build } from "esbuild";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { buildRuntime } from "./build-runtime.js";

/** The scripts of report pages, which run in a browser. */
const browserScripts = join("src", "reports", "runtime");

/** Files below a folder that end in `.ts`. */
function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => dirname(path) !== browserScripts)
    .sort();
}

/** Per stage kind, a hash of all modules that its own reaches and of the packages that they import: "the code that makes it". */
async function codeHashes(scripts, runtime) {
  const kinds = sources("src/stages");
  const workers = sources("src").filter((file) => file.endsWith(".worker.ts"));
  const { metafile } = await build({
    entryPoints: [...kinds, ...workers],
    outdir: "dist",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const installed = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  return Object.fromEntries(
    kinds.map((kind) => {
      const { modules, packages } = reached(kind, metafile.inputs, (module) => {
        const script = Buffer.from(scripts.get(scriptOf(module))).toString();
        return workers.filter((worker) => script.includes(basename(scriptOf(worker))));
      });
      const hash = createHash("sha256");
      for (const module of modules) hash.update(module).update(scripts.get(scriptOf(module)));
      if (modules.includes(join("src", "reports", "runtime.ts"))) hash.update(runtime);
      for (const name of withDependencies(packages, installed))
        hash.update(`${name}@${installed[`node_modules/${name}`].version}`);
      return [basename(kind, ".ts"), hash.digest("hex").slice(0, 16)];
    }),
  );
}

/** The modules that one reaches, by imports or as worker threads, and the packages that those import. */
function reached(entry, inputs, workersOf) {
  const modules = new Set([entry]);
  const packages = new Set();
  for (const module of modules) {
    for (const worker of workersOf(module)) modules.add(worker);
    for (const { path, external } of inputs[module].imports) {
      if (!external) modules.add(path);
      else if (!path.startsWith("node:")) packages.add(path.match(/^(@[^/]+\/)?[^/]+/)[0]);
    }
  }
  return { modules: [...modules].sort(), packages };
}

function withDependencies(packages, installed) {
  const all = new Set(packages);
  for (const name of all) {
    const { dependencies, optionalDependencies } = installed[`node_modules/${name}`] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) all.add(needed);
  }
  return [...all].filter((name) => installed[`node_modules/${name}`]).sort();
}

function scriptOf(module) {
  return module.replace(/^src/, "dist").replace(/\.ts$/, ".js");
}

/** Writes a file unless it holds that content already, by a rename: a running program never sees a part of it. */
function keep(file, content) {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

/** Tells one state of everything that a build reads from another, by names, sizes and times of change. */
function stampOfSources() {
  const read = readdirSync("src", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const path of [...read.sort(), "build.js", "build-runtime.js", "package-lock.json"]) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

async function buildAll() {
  const { outputFiles } = await build({
    entryPoints: sources("src"),
    outdir: "dist",
    outbase: "src",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "linked",
    logLevel: "warning",
    write: false,
  });
  for (const { path, contents } of outputFiles) keep(path, contents);
  const scripts = new Map(outputFiles.map(({ path, contents }) => [relative(".", path), contents]));
  const runtime = JSON.stringify(await buildRuntime());
  keep("dist/reports/runtime.json", runtime);
  keep("dist/code.json", JSON.stringify(await codeHashes(scripts, runtime), null, 2));

  const made = ["dist/code.json", "dist/reports/runtime.json", stampFile].map((path) => resolve(path));
  const wanted = new Set([...outputFiles.map(({ path }) => path), ...made]);
  for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
    const path = resolve(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(path) && !path.endsWith(".tmp")) rmSync(path, { force: true });
  }
}

const stampFile = join("dist", "built.txt");
const stamp = stampOfSources();
if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
  await buildAll();
  keep(stampFile, stamp);
}
