export type { QueryCell } from "./blocks.js";
export type { Cell, QueryResult, ResultColumn, Results } from "./data.js";
export { locales, isLocale, parseStrings, type Locale, type Strings } from "./locale.js";
export { notebookQueries, parseNotebook, type Notebook } from "./notebook.js";
export { composeQueries, queryCells, type ComposedQuery } from "./queries.js";
export { renderNotebook, type Rendered, type RenderOptions, type RunInfo } from "./render.js";
export { parseTheme, type Theme } from "./theme.js";
export { validateNotebook } from "./validate.js";
