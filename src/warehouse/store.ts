import { existsSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileError, makeFolder, readJson, settle, sweep, writeDurably } from "./durable.js";

/** A hash of all that a result depends on: what is made under the same fingerprint is the same. */
export type Fingerprint = string;

/**
 * The folder where results are kept: `tables/<table>/<fingerprint>.<extension>`.
 *
 * A result is there when its `.json` record is: that is written last, after every file it names is safely on the disk.
 * All paths that are handed out or kept in records are relative to the folder.
 */
export class Store {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folders and clears what a killed run left half-written. Only the holder of the lock may call it. */
  async prepare(): Promise<void> {
    await rm(this.scratch, { recursive: true, force: true }).catch((error: unknown) => {
      throw fileError(error, this.scratch);
    });
    for (const folder of [this.scratch, ...this.#durable]) await makeFolder(folder);
    for (const folder of [this.folder, ...this.#durable]) await sweep(folder);
  }

  get #durable(): string[] {
    return ["tables", "publications", "runs"].map((folder) => this.absolute(folder));
  }

  /** For files on their way: emptied at the start of every run. */
  get scratch(): string {
    return join(this.folder, "tmp");
  }

  absolute(file: string): string {
    return join(this.folder, file);
  }

  /** The record of a finished result, or undefined when it, or a file that it names, is not there. */
  async record<T extends { files: string[] }>(
    table: string,
    fingerprint: Fingerprint,
  ): Promise<T | undefined> {
    const record = (await readJson(this.absolute(recordPath(table, fingerprint)))) as T | undefined;
    return record?.files.every((file) => existsSync(this.absolute(file))) ? record : undefined;
  }

  /** Marks a result as finished. */
  async finish<T extends { files: string[] }>(
    table: string,
    fingerprint: Fingerprint,
    record: T,
  ): Promise<T> {
    await writeDurably(this.absolute(recordPath(table, fingerprint)), JSON.stringify(record));
    return record;
  }

  /**
   * Keeps what `make` writes to the temporary file it is given.
   *
   * @returns the file's lasting name and what `make` returned
   */
  async write<T>(
    table: string,
    fingerprint: Fingerprint,
    extension: string,
    make: (file: string) => Promise<T>,
  ): Promise<{ file: string; made: T }> {
    const file = join("tables", table, `${fingerprint}.${extension}`);
    const temporary = join(this.scratch, `${table}-${fingerprint}.${extension}`);
    try {
      const made = await make(temporary);
      await makeFolder(dirname(this.absolute(file)));
      await settle(temporary, this.absolute(file));
      return { file, made };
    } catch (error) {
      await rm(temporary, { force: true });
      throw fileError(error, this.folder);
    }
  }

  /** Deletes the stored files that are not `wanted` and returns the bytes freed. */
  async collect(wanted: ReadonlySet<string>): Promise<number> {
    let freed = 0;
    const entries = await readdir(this.absolute("tables"), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      const path = join(entry.parentPath, entry.name);
      if (wanted.has(relative(this.folder, path))) continue;
      freed += (await stat(path)).size;
      await rm(path, { force: true });
    }
    return freed;
  }
}

/** Where a result's record is, relative to the store. */
export function recordPath(table: string, fingerprint: Fingerprint): string {
  return join("tables", table, `${fingerprint}.json`);
}
