import { copyFile, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exitCodes, UserError } from "../errors.js";
import { diskFull, isOutOfSpace } from "./sql-error.js";

/** Forces a file's or folder's content to the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a finished file its final name so that after a crash it is there whole or not at all. */
export async function settle(temporary: string, path: string): Promise<void> {
  await sync(temporary);
  await rename(temporary, path);
  await sync(dirname(path));
}

/** Gives a finished folder its final name, in place of one that is there already; after a crash it is whole or absent. */
export async function settleFolder(temporary: string, path: string): Promise<void> {
  for (const name of await readdir(temporary)) await sync(join(temporary, name));
  await sync(temporary);
  await rm(path, { recursive: true, force: true });
  await rename(temporary, path);
  await sync(dirname(path));
}

/** Writes a file so that readers see the old content or the new, never a part. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error, path);
  }
  await sync(dirname(path));
}

/** Copies a file so that readers see the old content or the new, never a part. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  const temporary = temporaryName(to);
  try {
    await copyFile(from, temporary);
    await settle(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error, to);
  }
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** Deletes what a killed process left half-written in a folder, if there is one; of one file alone where it is named. */
export async function sweep(folder: string, file?: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const [, whole] = /^(.*)\.\d+\.tmp$/.exec(name) ?? [];
    if (whole === undefined || (file !== undefined && whole !== file)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

/** Makes a folder and those above it. @throws UserError where that is not allowed */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** A JSON file's content, or undefined when there is no such file. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function isErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** The file system's refusals in words, also those that the engine passes on; any other error as it is. */
export function fileError(error: unknown, path: string): unknown {
  if (error instanceof UserError) return error;
  if (
    isErrno(error, "EACCES", "EPERM", "EROFS") ||
    passedOn(error, "Permission denied|Read-only file system")
  ) {
    return new UserError(`${path} cannot be written`, {
      exitCode: exitCodes.usage,
      hint: "Give this user the right to write there, or choose another folder.",
      cause: error,
    });
  }
  if (isErrno(error, "ENOTDIR", "EEXIST") || passedOn(error, "Not a directory")) {
    return new UserError(`${path}: expected a folder, found a file on the way`, {
      exitCode: exitCodes.usage,
      hint: "Move the file, or choose another folder.",
      cause: error,
    });
  }
  if (isErrno(error, "EISDIR")) {
    return new UserError(`${path}: expected a file, found a folder`, {
      exitCode: exitCodes.usage,
      hint: "Move the folder, or choose another name.",
      cause: error,
    });
  }
  if (isErrno(error, "ENOSPC", "EDQUOT", "EFBIG") || isOutOfSpace(error)) return diskFull(path, error);
  return error;
}

function passedOn(error: unknown, reasons: string): boolean {
  return error instanceof Error && new RegExp(`^IO Error: .*(${reasons})`, "s").test(error.message);
}
