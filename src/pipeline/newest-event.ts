import { exitCodes, UserError } from "../errors.js";

/** Days without any event after which a later date is taken for a slip of the pen. */
const longestSilence = 92;

/**
 * What `latest` stands for: the newest of the dates on which something happened.
 *
 * @param dates ISO dates in any order
 * @throws UserError when that date stands alone, far behind all others: every customer would seem lost
 */
export function newestEvent(dates: readonly string[]): string | undefined {
  const [newest, before] = [...new Set(dates)].sort().reverse();
  if (newest === undefined || before === undefined) return newest;
  const silence = Math.round((Date.parse(newest) - Date.parse(before)) / 86_400_000);
  if (silence <= longestSilence) return newest;
  throw new UserError(`the newest event is dated ${newest}, ${silence} days after the one before it`, {
    exitCode: exitCodes.contractBroken,
    hint:
      "If the date is wrong, mend it or give its column a range in the contract; if it is right, give the date of the run " +
      "with --param as_of=YYYY-MM-DD.",
  });
}
