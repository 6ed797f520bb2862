import { writeFileSync } from "node:fs";
import { URL } from "node:url";
import { jsonSchemas } from "../dist/pipeline/json-schemas.js";

for (const [file, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`../schemas/${file}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
