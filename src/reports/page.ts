import { createHash } from "node:crypto";
import type { Formatter } from "./format.js";
import { html, trusted, type Html } from "./html.js";
import type { RenderOptions } from "./context.js";
import { runtimeScripts, type Runtime } from "./runtime.js";
import { styleSheet } from "./style.js";

export interface PageContent {
  title: string;
  description: string | undefined;
  body: Html;
  /** Whether the body opens with its own first-level heading. */
  hasHeadline: boolean;
  options: RenderOptions;
  write: Formatter;
  /** Specifications of the charts, for the runtime. */
  specs: Readonly<Record<string, string>>;
}

/** The whole document: no scripts but those whose hash the policy names, no request to anywhere. */
export function page({ title, description, body, hasHeadline, options, write, specs }: PageContent): Html {
  const { locale, strings, theme, run } = options;
  const runtime = Object.keys(specs).length > 0 ? options.runtime : undefined;
  const style = styleSheet(theme);
  const asOf = html`<time datetime="${run.as_of}">${write(run.as_of, undefined, "DATE")}</time>`;
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(style, runtime)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="Ancora" />
        <link rel="icon" href="data:," />
        <title>${title} · ${write(run.as_of, { kind: "date", style: "long" })}</title>
        ${description && html`<meta name="description" content="${description}" />`}
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          ${hasHeadline ? html`<p class="kicker">${title}</p>` : html`<h1>${title}</h1>`}
          <p class="dateline">${strings.page.as_of} ${asOf}</p>
        </header>
        <main>${body}</main>
        <footer>
          <p>
            ${strings.page.run} ${run.id} · ${run.engine} · ${strings.page.as_of} ${asOf}.
            ${strings.page.footer}
          </p>
        </footer>
        ${runtime && runtimeScripts(runtime, specs)}
      </body>
    </html> `;
}

function policy(style: string, runtime: Runtime | undefined): string {
  const styleHash = createHash("sha256").update(style).digest("base64");
  return [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    ...(runtime
      ? [
          `script-src ${runtime.hashes.map((hash) => `'${hash}'`).join(" ")}`,
          "require-trusted-types-for 'script'",
          "trusted-types rt",
        ]
      : []),
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
