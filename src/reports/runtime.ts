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

/** Reads the file that the build wrote. */
export const parseRuntime = (text: string): Runtime => runtimeSchema.parse(JSON.parse(text));

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
