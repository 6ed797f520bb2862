import { closest, distance } from "fastest-levenshtein";

/** `did you mean ...?` when one of the names is near, else the list of names. */
export function suggestion(name: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const nearest = closest(name, names);
  if (distance(name, nearest) <= Math.max(2, name.length / 3)) return `did you mean \`${nearest}\`?`;
  return `there is ${names.map((known) => `\`${known}\``).join(", ")}`;
}
