import { exitCodes, UserError } from "../errors.js";

/** Days without any event after which a single later date is taken for a slip of the pen. */
const longestSilence = 92;
/** After so many days, all later dates are: no business rests for a year and goes on as if nothing had been. */
const longestPause = 366;

/**
 * What `latest` stands for: the newest of the dates on which something happened.
 *
 * @param dates ISO dates in any order
 * @throws UserError when that date, or some of the newest, stand far behind all others: every customer would seem lost
 */
export function newestEvent(dates: readonly string[]): string | undefined {
  const days = [...new Set(dates)].sort();
  const newest = days.at(-1);
  const slip = days.findLastIndex((day, index) => {
    const before = days[index - 1];
    return (
      before !== undefined && daysBetween(before, day) > (day === newest ? longestSilence : longestPause)
    );
  });
  if (slip < 0 || newest === undefined) return newest;
  const [before, after] = [days[slip - 1] ?? "", days[slip] ?? ""];
  const silence = daysBetween(before, after);
  const what =
    after === newest
      ? `the newest event is dated ${newest}, ${silence} days after the one before it`
      : `the newest events are dated ${after} to ${newest}, ${silence} days after the one before them, of ${before}`;
  throw new UserError(what, {
    exitCode: exitCodes.contractBroken,
    hint:
      "If the dates are wrong, mend them or give their column a range in the contract; if they are right, give the date of the run " +
      "with --param as_of=YYYY-MM-DD.",
  });
}

function daysBetween(one: string, other: string): number {
  return Math.round((Date.parse(other) - Date.parse(one)) / 86_400_000);
}
