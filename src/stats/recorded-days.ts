/** Days whose totals are compared with an empty day's. */
const lookBack = 28;
/** An empty day after days of on average this many events is a gap in the records, not a quiet day. */
const busy = 10;

/**
 * Which days were recorded at all. A day without any event says nothing where the recorded days before it had ten or more each:
 * by chance it would be empty once in 22,000 days.
 *
 * @param totals events a day of all series that are recorded together
 */
export function recordedDays(totals: ArrayLike<number>): boolean[] {
  const recorded: boolean[] = [];
  const recent: number[] = [];
  for (let day = 0; day < totals.length; day++) {
    const total = totals[day]!;
    const mean = recent.reduce((sum, value) => sum + value, 0) / Math.max(1, recent.length);
    const isRecorded = total > 0 || mean < busy;
    recorded.push(isRecorded);
    if (!isRecorded) continue;
    recent.push(total);
    if (recent.length > lookBack) recent.shift();
  }
  return recorded;
}
