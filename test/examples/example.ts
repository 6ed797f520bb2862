import { cpSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { currentPublication, openPublication } from "../../src/warehouse/publication.js";
import { records } from "../../src/warehouse/result.js";
import { Store } from "../../src/warehouse/store.js";
import { Project } from "../support/project.js";
import type { Row } from "../support/run.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the public data sets are, on machines that have them. */
export const publicData = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Tests that need a file of the public data sets; where it is absent they are skipped under this name. */
export const describeWithData = (name: string, file: string, tests: () => void): void => {
  const isThere = existsSync(publicData + file);
  describe.skipIf(!isThere)(isThere ? name : `${name} (skipped: no ../shared/data/${file})`, tests);
};

/** A project of its own with this one's pipelines, models and reports. */
export function exampleProject(): Project {
  const project = new Project();
  for (const folder of ["pipelines", "models", "reports"]) {
    cpSync(root + folder, project.path(folder), {
      recursive: true,
      filter: (path) => !/\/(registry|out)$/.test(path),
    });
  }
  return project;
}

/** Rows of a statement over an example's published tables. */
export async function published(project: Project, folder: string, sql: string): Promise<Row[]> {
  const store = new Store(project.path(folder));
  const publication = await currentPublication(store);
  if (!publication) throw new Error("nothing is published");
  const engine = await openPublication(store, publication);
  const session = await engine.connect();
  try {
    return records(await session.query(sql));
  } finally {
    session.close();
    engine.close();
  }
}

/** The text of a published page, without its tags. */
export function pageText(project: Project, file: string): string {
  const html = readFileSync(project.path(file), "utf8");
  return html
    .replace(/<(script|style)[^]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ");
}
