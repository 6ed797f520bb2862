import { writeFile } from "node:fs/promises";
import type { LabelPredictions } from "../ml/label-measures.js";
import type { LabelledTable, TableFolds } from "./labelled-table.js";

/** Writes each row's number in the table, fold, label and out-of-fold probability as CSV, where a file is named. */
export async function writePredictions(
  file: string | undefined,
  { labels, foldOf, foldNames }: Pick<LabelledTable, "labels" | "foldOf" | "foldNames">,
  probabilities: ArrayLike<number>,
): Promise<void> {
  const records = Array.from(labels, (label, row) => [
    row + 1,
    foldNames[foldOf[row]!]!,
    label,
    probabilities[row]!,
  ]);
  await writeCsv(file, [["record", "fold", "label", "probability"], ...records]);
}

/** The same of several labels, a record for each row and label, with whether the label is taken as given. */
export async function writeLabelPredictions(
  file: string | undefined,
  { foldOf, foldNames }: TableFolds,
  labels: readonly LabelPredictions[],
): Promise<void> {
  const records = Array.from(foldOf).flatMap((fold, row) =>
    labels.map(({ name, values, probabilities, decisions }) => [
      row + 1,
      foldNames[fold]!,
      name,
      values[row]!,
      probabilities[row]!,
      decisions[row]!,
    ]),
  );
  await writeCsv(file, [["record", "fold", "topic", "label", "probability", "predicted"], ...records]);
}

async function writeCsv(
  file: string | undefined,
  records: readonly (readonly (string | number)[])[],
): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, records.map((record) => `${record.map(field).join(",")}\n`).join(""));
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
