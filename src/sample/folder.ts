import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../errors.js";

/** A folder that gets its files all at once. */
export interface OutputFolder {
  /** Where files are written until `publish`; on the same disk. */
  unfinished: string;
  /** Moves the files to where they belong, in place of those of an earlier world of any size. */
  publish: (files: readonly string[]) => Promise<void>;
  /** Removes what is unfinished. */
  close: () => Promise<void>;
}

/** @throws UserError when the folder or one inside it cannot be made. */
export async function openOutputFolder(folder: string): Promise<OutputFolder> {
  const unfinished = await makeUnfinished(resolve(folder)).catch((cause: unknown) => {
    throw new UserError(`Expected a folder that can be written, found ${folder}.`, {
      hint: "Name another with --out, or give yourself the right to write there.",
      cause,
    });
  });
  return {
    unfinished,
    publish: async (files) => {
      await removeEarlier(folder, files);
      for (const file of files) await rename(join(unfinished, file), join(folder, file));
    },
    close: () => rm(unfinished, { recursive: true, force: true }),
  };
}

async function makeUnfinished(folder: string): Promise<string> {
  await makeFolder(join(folder, "truth"));
  const unfinished = await mkdtemp(join(folder, ".unfinished-"));
  await mkdir(join(unfinished, "truth"));
  return unfinished;
}

/** Level by level: Node's recursive `mkdir` never returns below /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return;
    const parent = dirname(folder);
    const isParentThere = await stat(parent).then(
      () => true,
      () => false,
    );
    if (found || isParentThere) throw error;
    await makeFolder(parent);
    await mkdir(folder);
  }
}

/** Removes files that differ from one of `files` by the number of their part only. */
async function removeEarlier(folder: string, files: readonly string[]): Promise<void> {
  const names = new Set(files.map(withoutPart));
  for (const inside of ["", "truth"]) {
    for (const entry of await readdir(join(folder, inside))) {
      const file = join(inside, entry);
      if (names.has(withoutPart(file)) && !files.includes(file)) await rm(join(folder, file));
    }
  }
}

function withoutPart(file: string): string {
  return file.replace(/-\d+(?=\.\w+$)/, "");
}
