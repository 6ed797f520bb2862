import { statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../errors.js";

interface WatchOptions {
  /** Absolute path of the file that is watched from the beginning, even where rendering it fails. */
  first: string;
  /** Told of mistakes in what was saved; watching goes on. */
  failed: (error: UserError) => void;
  /** Ends it; without one it goes on until the process ends. */
  signal?: AbortSignal;
}

/** Milliseconds between two looks at the files: that works however an editor saves, and on every kind of disk. */
const interval = 250;

/**
 * Renders now and whenever a file that rendering has read is saved.
 *
 * @param render returns the absolute paths of the files that it read
 * @throws UserError of the first rendering when there is no file to mend
 */
export async function onSave(
  render: () => Promise<readonly string[]>,
  { first, failed, signal }: WatchOptions,
): Promise<void> {
  const saved = new Map([[first, savedAt(first)]]);
  while (!signal?.aborted) {
    for (const file of saved.keys()) saved.set(file, savedAt(file));
    try {
      for (const file of await render()) if (!saved.has(file)) saved.set(file, savedAt(file));
    } catch (error) {
      if (!(error instanceof UserError) || (saved.size === 1 && saved.get(first) === 0)) throw error;
      failed(error);
    }
    while (!signal?.aborted && [...saved].every(([file, at]) => savedAt(file) === at)) {
      await setTimeout(interval);
    }
  }
}

/** When a file was last saved, in milliseconds; 0 where there is none. */
function savedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
