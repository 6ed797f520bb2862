import { join, resolve } from "node:path";
import type { Publication } from "../warehouse/publication.js";
import type { Store } from "../warehouse/store.js";
import type { Pipeline } from "./open.js";

/** Absolute path of the folder where a pipeline's results are kept. */
export function storeFolder(pipeline: Pipeline): string {
  return resolve(pipeline.project, pipeline.spec.store);
}

/** Absolute path of a published report. */
export function reportPath(pipeline: Pipeline, report: string, locale: string): string {
  return join(resolve(pipeline.project, pipeline.spec.reports), `${report}.${locale}.html`);
}

/** What a publication puts where people and other programs look for it. */
export function deliveries(
  pipeline: Pipeline,
  store: Store,
  publication: Publication,
): { from: string; to: string }[] {
  const reports = Object.entries(publication.reports).flatMap(([report, files]) =>
    Object.entries(files).map(([locale, file]) => ({
      from: store.absolute(file),
      to: reportPath(pipeline, report, locale),
    })),
  );
  const exports = publication.exports.map(({ file, to }) => ({
    from: store.absolute(file),
    to: resolve(pipeline.project, to),
  }));
  return [...reports, ...exports];
}
