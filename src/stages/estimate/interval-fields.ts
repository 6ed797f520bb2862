import type { Interval } from "../../stats/bootstrap.js";
import type { Row } from "../keep-tables.js";

/** An estimate as three columns of a table: `name`, `name_low` and `name_high`; null where there is none. */
export function intervalFields(name: string, interval: Interval | null): Row {
  return {
    [name]: interval && interval.value,
    [`${name}_low`]: interval && interval.low,
    [`${name}_high`]: interval && interval.high,
  };
}
