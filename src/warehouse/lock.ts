import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { exitCodes, UserError } from "../errors.js";
import { openDuckDb } from "./duckdb.js";
import { fileError, readJson, writeDurably } from "./durable.js";
import type { Engine } from "./engine.js";

const holderSchema = z.object({ runId: z.string(), pid: z.number(), startedAt: z.iso.datetime() });

/** Who holds the store. */
export type LockHolder = z.output<typeof holderSchema>;

export interface StoreLock {
  release(): Promise<void>;
}

/**
 * Takes the store for one run.
 *
 * The lock is the operating system's, on an otherwise empty database file, so a dead process cannot keep it; who holds it
 * is written beside, for the message alone.
 *
 * @throws UserError with exit code 4 while another live process has it, naming that run and its age
 */
export async function lockStore(folder: string, holder: LockHolder): Promise<StoreLock> {
  const file = join(folder, "lock.duckdb");
  const holderFile = join(folder, "lock.json");
  let engine: Engine;
  try {
    engine = await openDuckDb({ file, threads: 1 });
  } catch (error) {
    if (error instanceof Error && /could not set lock|conflicting lock/i.test(error.message)) {
      throw await lockedBy(folder, holderFile, holder.startedAt, error);
    }
    throw fileError(error, folder);
  }
  try {
    await writeDurably(holderFile, JSON.stringify(holder));
  } catch (error) {
    engine.close();
    throw error;
  }
  return {
    async release() {
      await rm(holderFile, { force: true });
      engine.close();
    },
  };
}

async function lockedBy(folder: string, holderFile: string, now: string, cause: Error): Promise<UserError> {
  const other = holderSchema.safeParse(await readJson(holderFile).catch(() => undefined));
  const who = other.success
    ? `run ${other.data.runId} (process ${other.data.pid}, started ${age(other.data.startedAt, now)} ago)`
    : "another run";
  return new UserError(`${folder} is held by ${who}`, {
    exitCode: exitCodes.storeLocked,
    hint: "Wait for it to end, or stop that process: whatever it has finished is kept.",
    cause,
  });
}

function age(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
