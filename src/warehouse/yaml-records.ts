import { z } from "zod";
import { UserError } from "../errors.js";
import { parseYaml } from "../yaml.js";
import type { Column } from "./engine.js";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const recordsSchema = z.array(z.record(z.string(), z.union([scalar, z.array(scalar)])));

/**
 * Reads a YAML list of records as rows of text. A record with a list makes one row for each of its elements, or
 * one without a value where it is empty.
 *
 * @param label the file's name for people
 * @throws UserErrors with file:line:column where the file is anything else, or a record has two lists
 */
export function yamlRecords(text: string, label: string): Record<string, string | null>[] {
  const { data, placeOf } = parseYaml(text, { file: label }, recordsSchema);
  return data.flatMap((record, index) => {
    const lists = Object.entries(record).flatMap(([name, value]) =>
      Array.isArray(value) ? [{ name, value }] : [],
    );
    const [list, second] = lists;
    if (second) {
      throw new UserError(`expected at most one list in a record, found ${lists.length}`, {
        place: placeOf([index, second.name]),
        hint: "Write a record for each value of one of the lists.",
      });
    }
    const elements = list?.value.length ? list.value : [null];
    const rows = list ? elements.map((element) => ({ ...record, [list.name]: element })) : [record];
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
      ),
    );
  });
}

/** Records as columns of text, in the order in which their names first come up; null where a record lacks one. */
export function recordColumns(records: readonly Record<string, string | null>[]): Column[] {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return names.map((name) => ({ name, type: "text", values: records.map((record) => record[name] ?? null) }));
}
