import { exitCodes, UserError, UserErrors } from "../errors.js";
import { singleFeatureAuc } from "../ml/single-feature.js";
import { cellText, type ResultColumn } from "../result.js";
import { identifier, literal, type Session } from "../warehouse/engine.js";
import type { PlaceOf } from "./model-columns.js";
import { frameOf, type LabelledRows, type TimeSplit, type Validation } from "./model-data.js";
import { featureNames } from "./model-features.js";
import type { ModelSpec } from "./model-spec.js";
import type { RunContext } from "./stage.js";

/** A share of rows up to which a difference is a mistake in the data, told but not refused. */
const toleratedShare = 0.001;

/** The AUC from which a feature alone is too good to be true. */
const suspectAuc = 0.95;

/**
 * Looks for features that know the outcome: by the test of time, and by how well each alone ranks the validation rows.
 *
 * @returns suspicions, in words
 * @throws UserErrors with exit code 3, naming each feature that looks into the future
 */
export async function checkLeaks(
  run: RunContext,
  spec: ModelSpec,
  data: LabelledRows,
  validation: Validation,
  place: PlaceOf,
): Promise<string[]> {
  const [first] = validation.splits;
  if (!first) return [];
  const night = first.validatedFrom.slice(0, 10);
  return [...(await refuseLeaks(run, spec, night, place)), ...tooStrong(spec, data, first)];
}

function tooStrong(spec: ModelSpec, data: LabelledRows, { train, validation }: TimeSplit): string[] {
  if (spec.kind !== "tabular") return [];
  return frameOf(data.columns, spec).columns.flatMap((column) => {
    const auc = singleFeatureAuc(column, data.labels, train, validation);
    if (!(auc >= suspectAuc)) return [];
    return `${spec.name}: the feature ${column.name} alone tells almost everything (AUC ${auc.toFixed(3)}): is it known before the outcome? If not, leave it out of the features`;
  });
}

/**
 * The test of time: makes the features again as a run of an earlier night would have made them, from what was known then,
 * and compares them with tonight's for the same rows. What differs depends on the future.
 *
 * @param night the last day of the earlier night's data, as ISO text
 * @returns notices of features that differ in hardly any row
 * @throws UserErrors with exit code 3, naming each feature that looks into the future, with an example
 */
async function refuseLeaks(
  run: RunContext,
  spec: ModelSpec,
  night: string,
  place: PlaceOf,
): Promise<string[]> {
  if (!run.replay) return [];
  const { session, close } = await run.replay(night);
  try {
    const { compared, changes } = await compare(session, spec, night);
    if (compared === 0) {
      return [
        `${spec.name}: leaks cannot be looked for: made again for ${night}, no row of ${spec.features.table} is one of tonight's`,
      ];
    }
    const leaks = changes.filter(({ rows }) => rows > toleratedShare * compared);
    if (leaks.length > 0) {
      throw new UserErrors(
        leaks.map(
          ({ what, rows, example }) =>
            new UserError(
              `${what} looks into the future: it differs in ${rows} of ${compared} rows when made only of what was known on ${night}, for example for ${example}`,
              {
                exitCode: exitCodes.contractBroken,
                place: place(["features", "table"]),
                hint: `Let the statements behind ${spec.features.table} use only what was known at the end of a row's ${spec.time}, or leave the feature out. Nothing was trained or published.`,
              },
            ),
        ),
      );
    }
    return changes.map(
      ({ what, rows, example }) =>
        `${spec.name}: ${what} differs in ${rows} of ${compared} rows when made only of what was known on ${night}, for example for ${example}`,
    );
  } finally {
    close();
  }
}

interface Change {
  /** The feature, or the rows themselves, in words. */
  what: string;
  rows: number;
  example: string;
}

/** What differs between tonight's rows up to the end of the night and the same rows as they were made then. */
async function compare(
  session: Session,
  spec: ModelSpec,
  night: string,
): Promise<{ compared: number; changes: Change[] }> {
  const table = identifier(spec.features.table);
  const until = `${literal(night)}::timestamp + interval 1 day`;
  const within = `where ${identifier(spec.time)}::timestamp < ${until}`;
  await session.execute(`create temp table now_rows as select * from tonight.${table} ${within}`);
  await session.execute(`create temp table then_rows as select * from main.${table} ${within}`);
  const { compared, changes } = await changedFeatures(session, spec);
  return { compared, changes: [...changes, ...(await changedRows(session, spec))] };
}

async function changedFeatures(
  session: Session,
  spec: ModelSpec,
): Promise<{ compared: number; changes: Change[] }> {
  const columns = await session.describe("from now_rows");
  const used = new Set(
    featureNames(
      spec,
      columns.map(({ name }) => name),
    ),
  );
  if (spec.kind === "text") used.add(spec.features.text);
  const features = columns.filter(({ name }) => used.has(name));
  const key = spec.key.map(identifier).join(", ");
  const joined = `now_rows as n join then_rows as t using (${key})`;
  const counts = features.map((feature) => `count(*) filter (${differs(feature)})`);
  const counted = await session.query(`select ${["count(*)", ...counts].join(", ")} from ${joined}`);
  const [compared = 0, ...changed] = (counted.rows[0] ?? []).map(Number);
  const changes: Change[] = [];
  for (const [index, feature] of features.entries()) {
    const rows = changed[index] ?? 0;
    if (rows === 0) continue;
    const name = identifier(feature.name);
    const examples = await session.query(
      `select ${keyText(spec)}, n.${name}::varchar, t.${name}::varchar from ${joined}
      where ${differs(feature)} order by ${key} limit 1`,
    );
    const [row, now, then] = (examples.rows[0] ?? []).map((cell) =>
      cell === null ? "empty" : cellText(cell),
    );
    const example = `${row}: ${now} tonight, ${then} then`;
    changes.push({ what: `the feature ${feature.name}`, rows, example });
  }
  return { compared, changes };
}

/** Whether a column of the joined rows differs: of floating-point numbers, by more than the order of a sum can do. */
function differs({ name, type }: ResultColumn): string {
  const [now, then] = [`n.${identifier(name)}`, `t.${identifier(name)}`];
  const distinct = `${now} is distinct from ${then}`;
  if (!/^(DOUBLE|FLOAT)$/.test(type)) return distinct;
  return `(${distinct} and not coalesce(abs(${now} - ${then}) <= 1e-6 * greatest(abs(${now}), 1), false))`;
}

/** Rows that are there on one side only, at times that both sides have. */
async function changedRows(session: Session, spec: ModelSpec): Promise<Change[]> {
  const [key, time] = [spec.key.map(identifier).join(", "), identifier(spec.time)];
  const changes: Change[] = [];
  for (const [one, other, how] of [
    ["now_rows", "then_rows", "is there tonight, but was not there then"],
    ["then_rows", "now_rows", "was there then, but is not there tonight"],
  ]) {
    const found = await session.query(
      `select count(*), min(${keyText(spec)}) from ${one} anti join ${other} using (${key})
      where ${time} in (select ${time} from ${other})`,
    );
    const [rows, example] = found.rows[0] ?? [];
    if (Number(rows) === 0) continue;
    changes.push({
      what: `whether ${spec.features.table} has a row`,
      rows: Number(rows),
      example: `${cellText(example)}, which ${how}`,
    });
  }
  return changes;
}

/** A row's key in words, as SQL. */
function keyText({ key }: ModelSpec): string {
  return key
    .map((name) => `${literal(`${name} = `)} || ${identifier(name)}::varchar`)
    .join(` || ${literal(", ")} || `);
}
