import { build } from "esbuild";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** Parts of Vega that no report's chart uses: maps, trees, forces, word clouds, file formats. */
const unused =
  /^(vega-(geo|projection|force|hierarchy|voronoi|wordcloud|crossfilter)|d3-(geo|geo-projection|force|hierarchy|delaunay|dsv)|topojson-client)$/;

const withoutUnused = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: ["chrome109", "firefox115", "safari16.4"],
    charset: "ascii",
    legalComments: "none",
    logLevel: "error",
    plugins: [withoutUnused],
  });
  // The text stands between script tags.
  return outputFiles[0].text
    .trimEnd()
    .replace(/<\/(script)/gi, "<\\/$1")
    .replace(/<!--/g, "<\\!--");
}

const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** The scripts that make a report's charts interactive: `{ boot, packed, hashes }`, see src/reports/runtime.ts. */
export async function buildRuntime() {
  const [boot, runtime] = [
    await bundle("src/reports/runtime/boot.ts"),
    await bundle("src/reports/runtime/hydrate.ts"),
  ];
  return {
    boot,
    packed: gzipSync(runtime, { level: 9 }).toString("base64"),
    hashes: [hash(boot), hash(runtime)],
  };
}
