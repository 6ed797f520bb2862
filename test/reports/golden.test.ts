import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  locales,
  renderJupyter,
  renderMail,
  renderMarkdown,
  renderNotebook,
} from "../../src/reports/index.js";
import { openFolder, options } from "./world.js";

/** Each folder of `input` renders to the folder of `output` with its name; `vitest -u` accepts a change. */
describe.each(readdirSync("test/reports/input"))("the notebook %s", (name) => {
  it("validates and renders in both languages and every format to the same text as before", async () => {
    const { notebook, results, errors } = await openFolder(`test/reports/input/${name}`);
    expect(errors).toEqual([]);
    for (const locale of locales) {
      const keep = (text: string, ending: string) =>
        expect(text).toMatchFileSnapshot(`output/${name}/${locale}.${ending}`);
      const page = await renderNotebook(notebook, results, options(locale));
      expect(page.warnings).toEqual([]);
      await keep(page.html, "html");
      await keep(renderMarkdown(notebook, results, options(locale)), "md");
      const mail = await renderMail(notebook, results, options(locale));
      await keep(`${mail.html}\n`, "mail.html");
      await keep(mail.text, "mail.txt");
      const jupyter = { ...options(locale), warehouse: "warehouse.duckdb", parametersOf: () => [] };
      await keep(withoutPictures(await renderJupyter(notebook, results, jupyter)), "ipynb");
    }
  });
});

/** Pixels depend on the processor that draws them; `picture.test.ts` looks at them. */
function withoutPictures(notebook: string): string {
  return notebook.replace(/"image\/png": "[^"]+"/g, '"image/png": "…"');
}
