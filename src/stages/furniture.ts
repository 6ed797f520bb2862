import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A text file that pages are made with: the project's own, else the one that comes with the program. */
export function readFurniture(name: string, project: string): string {
  const own = join(project, name);
  return readFileSync(
    existsSync(own) ? own : fileURLToPath(new URL(`../../${name}`, import.meta.url)),
    "utf8",
  );
}
