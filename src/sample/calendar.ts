/** The last day of every sample world; months count backwards from it. */
const lastDay = "2026-10-31";

/** Customers register from this many days before the first month: some arrive with a past that the data do not show. */
export const earlierDays = 365;

/** The world runs on unseen after its last day, so that the truth knows who came back. */
const laterDays = 100;

/** Days within which a customer who does not buy counts as churned. */
export const horizonDays = 90;

const monthWeights = [0.9, 0.82, 0.92, 0.97, 1.0, 0.98, 1.0, 0.72, 1.0, 1.04, 1.25, 1.45];
const weekdayWeights = [0.86, 0.85, 0.9, 0.95, 1.1, 1.3, 1.04];

/** The days that the data cover. */
export interface Span {
  firstDay: Date;
  days: number;
}

const millisecondsPerDay = 86_400_000;

export function spanOf(months: number): Span {
  const afterLast = new Date(Date.parse(lastDay) + millisecondsPerDay);
  const firstDay = new Date(
    Date.UTC(afterLast.getUTCFullYear(), afterLast.getUTCMonth() - months, afterLast.getUTCDate()),
  );
  return { firstDay, days: (afterLast.getTime() - firstDay.getTime()) / millisecondsPerDay };
}

/** A moment as an SQL literal: midnight at the start of the day that is so many days after the first. */
export function dayStart(span: Span, days: number): string {
  const date = new Date(span.firstDay.getTime() + Math.round(days) * millisecondsPerDay);
  return `timestamp '${date.toISOString().slice(0, 10)} 00:00:00'`;
}

/**
 * `day(day_no, on_date, weight, effort)`: demand by month and weekday; `effort` is its sum over the days before.
 * `pace(half, day_no)`: the day on which `half / 2` units of effort are reached.
 * Macros for the first and the last moment of the data.
 */
export function calendarTables(span: Span): string {
  return `
create macro starts_at() as ${dayStart(span, 0)};
create macro ends_at() as timestamp '${lastDay} 23:59:59';
create macro data_days() as ${span.days};

create table day as
with days as (
  select range::integer as day_no, starts_at()::date - ${earlierDays} + range::integer as on_date
  from range(${earlierDays + laterDays + span.days})
),
weighted as (
  select
    *,
    round(100 * [${monthWeights.join(", ")}][month(on_date)] * [${weekdayWeights.join(", ")}][isodow(on_date)])::integer as weight
  from days
)
select day_no, on_date, weight, coalesce(sum(weight) over (order by day_no rows between unbounded preceding and 1 preceding), 0)::integer as effort
from weighted;

create table pace as
select half::integer as half, max(day_no) as day_no
from (select range::integer as half from range((select max(effort + weight) // 50 from day)))
join day on effort <= half * 50
group by half;
`;
}
