import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { html, trusted, type Html } from "./html.js";

const runtimeSchema = z.strictObject({
  /** A small script that brings the runtime in. */
  boot: z.string(),
  /** The runtime, gzipped, in base64. */
  packed: z.string().regex(/^[A-Za-z0-9+/=]+$/),
  /** `sha256-...` of each script as the browser runs it. */
  hashes: z.array(z.string()),
});

/** The scripts that make charts interactive, as the build makes them. */
export type Runtime = z.infer<typeof runtimeSchema>;

/** The scripts that the build put beside this module; undefined where there was no build: pages are static then. */
export function loadRuntime(): Runtime | undefined {
  const file = new URL("./runtime.json", import.meta.url);
  return existsSync(file) ? runtimeSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

/** The page's scripts, with the specifications of its charts (JSON) by the id of the element that holds each drawing. */
export function runtimeScripts({ boot, packed }: Runtime, specs: Readonly<Record<string, string>>): Html {
  const charts = gzipSync(JSON.stringify(specs), { level: 9 }).toString("base64");
  return html`<script type="application/octet-stream" id="charts">
      ${trusted(charts)}
    </script>
    <script type="application/octet-stream" id="runtime">
      ${trusted(packed)}
    </script>
    ${trusted(`<script>${boot}</script>`)}`;
}
