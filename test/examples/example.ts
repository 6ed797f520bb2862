import { cpSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { Project } from "../support/project.js";

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

/** The text of a published page, without its tags. */
export function pageText(project: Project, file: string): string {
  const html = readFileSync(project.path(file), "utf8");
  return html
    .replace(/<(script|style)[^]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ");
}
