import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { locales } from "../../src/reports/index.js";
import { renderFolder } from "./world.js";

/** Each folder of `input` renders to the folder of `output` with its name; `vitest -u` accepts a change. */
describe.each(readdirSync("test/reports/input"))("the notebook %s", (name) => {
  it("validates and renders in both languages to the same bytes as before", async () => {
    const { errors, pages } = await renderFolder(`test/reports/input/${name}`);
    expect(errors).toEqual([]);
    for (const locale of locales) {
      expect(pages[locale].warnings).toEqual([]);
      await expect(pages[locale].html).toMatchFileSnapshot(`output/${name}/${locale}.html`);
    }
  });
});
