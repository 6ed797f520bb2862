import type { QueryCell } from "./blocks.js";
import type { RenderContext } from "./context.js";
import { countRows } from "./data.js";
import { html, type Html } from "./html.js";
import type { Strings } from "./strings.js";

/** The SQL of a cell, its row count and the run, folded. */
export function sourceDetails(query: QueryCell, context: RenderContext): Html {
  return html`<details>
    <summary>${context.strings.page.sql}</summary>
    ${source(query, context)}
  </details>`;
}

/** The cells that only the text quotes, at the end of the page. */
export function sources(queries: readonly QueryCell[], context: RenderContext): Html {
  const { page } = context.strings;
  return html`<section class="sources">
    <h2>${page.text_numbers}</h2>
    <p>${page.text_numbers_intro}</p>
    ${queries.map(
      (query) =>
        html`<details>
          <summary><code>${query.name}</code></summary>
          ${source(query, context)}
        </details> `,
    )}
  </section>`;
}

/** `3 rows` in the page's language. */
export function countedText({ tag, page }: Strings, key: "rows" | "more_rows", n: number): string {
  const words = new Intl.PluralRules(tag).select(n) === "one" ? page[key].one : page[key].other;
  return words.replace("{n}", new Intl.NumberFormat(tag, { useGrouping: "always" }).format(n));
}

function source({ name, sql }: QueryCell, { scope, strings, run }: RenderContext): Html {
  const result = scope.results.get(name);
  const rows = result ? countRows(result) : 0;
  return html`<p>
      <code>${name}</code> · ${countedText(strings, "rows", rows)} · ${strings.page.run} ${run.id} ·
      ${run.engine}
    </p>
    <pre tabindex="0"><code>${sql.trim()}</code></pre>`;
}
