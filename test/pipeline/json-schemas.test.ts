import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { jsonSchemas } from "../../src/pipeline/json-schemas.js";

it.each(Object.entries(jsonSchemas()))(
  "schemas/%s is what the program reads by (npm run schemas writes it)",
  (file, schema) => {
    const kept: unknown = JSON.parse(readFileSync(new URL(`../../schemas/${file}`, import.meta.url), "utf8"));
    expect(kept).toEqual(JSON.parse(JSON.stringify(schema)));
  },
);
