import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with the files of one small project. */
export class Project {
  readonly folder: string;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), "ancora-test-")));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  get pipeline(): string {
    return this.path("pipelines/nightly.yaml");
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Rewrites a text file; what is replaced must be there. */
  replace(name: string, from: string, to: string): void {
    const text = this.read(name);
    if (!text.includes(from)) throw new Error(`${name} does not hold '${from}'`);
    this.write(name, text.replace(from, to));
  }

  remove(name = ""): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }
}

/** A project that is removed when the test ends. */
export function testProject(files: Readonly<Record<string, string | Uint8Array>> = {}): Project {
  const project = new Project(files);
  onTestFinished(() => project.remove());
  return project;
}
