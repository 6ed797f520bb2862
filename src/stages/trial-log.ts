import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.js";
import type { FoldOutcome } from "../ml/network-search.js";
import { makeFolder } from "../warehouse/durable.js";

const outcomeSchema = z.strictObject({
  trial: z.int().min(0),
  fold: z.int().min(0),
  log_loss: z.number(),
  auc: z.number(),
  average_precision: z.number(),
  brier: z.number(),
  seconds: z.number(),
}) satisfies z.ZodType<FoldOutcome>;

/** What a search has measured so far: JSON lines, one a trial and fold, to which new ones are appended. */
export interface TrialLog {
  outcomes: FoldOutcome[];
  append(outcome: FoldOutcome): Promise<void>;
}

/**
 * Opens the log of a search. A last line that was cut off by an interruption is taken out.
 *
 * @throws UserError if another line is not as it should be.
 */
export async function openTrialLog(file: string): Promise<TrialLog> {
  await makeFolder(dirname(file));
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  const lines = whole.split("\n").slice(0, -1);
  const outcomes = lines.map((line, index) => parseOutcome(line, { file, line: index + 1 }));
  return {
    outcomes,
    async append(outcome) {
      const handle = await open(file, "a");
      try {
        await handle.appendFile(`${JSON.stringify(outcome)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      outcomes.push(outcome);
    },
  };
}

function parseOutcome(line: string, place: { file: string; line: number }): FoldOutcome {
  try {
    return outcomeSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new UserError("expected a measured fold of a trial, found something else", {
      place,
      hint: "Take the file away to begin the search anew.",
      cause,
    });
  }
}

async function truncate(file: string, bytes: number): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.truncate(bytes);
  } finally {
    await handle.close();
  }
}
