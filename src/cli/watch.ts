import { existsSync, unwatchFile, watchFile } from "node:fs";
import { UserError } from "../errors.js";

interface WatchOptions {
  /** Absolute path of the file that is watched from the beginning, even where rendering it fails. */
  first: string;
  /** Told of mistakes in what was saved; watching goes on. */
  failed: (error: UserError) => void;
  /** Ends it; without one it goes on until the process ends. */
  signal?: AbortSignal;
}

/** Milliseconds between two looks at a file: works however an editor saves, and on every kind of disk. */
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
  const watched = new Set<string>();
  let isSaved = false;
  let wake = () => {};
  const seen = (now: { mtimeMs: number }, before: { mtimeMs: number }) => {
    if (now.mtimeMs === before.mtimeMs) return;
    isSaved = true;
    wake();
  };
  const watch = (file: string) => {
    if (watched.has(file)) return;
    watched.add(file);
    watchFile(file, { interval }, seen);
  };
  signal?.addEventListener("abort", () => wake());
  try {
    watch(first);
    while (!signal?.aborted) {
      isSaved = false;
      try {
        (await render()).forEach(watch);
      } catch (error) {
        if (!(error instanceof UserError) || (watched.size === 1 && !existsSync(first))) throw error;
        failed(error);
      }
      if (isSaved || signal?.aborted) continue;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    for (const file of watched) unwatchFile(file, seen);
  }
}
