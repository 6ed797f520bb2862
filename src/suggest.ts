import { closest, distance } from "fastest-levenshtein";

/** "Did you mean 'x'?" for the nearest of `valid`, or the list of what is valid. */
export function suggest(name: string, valid: readonly string[]): string {
  if (valid.length === 0) return "Remove it.";
  const nearest = closest(name, valid);
  const edits = distance(name.toLowerCase(), nearest.toLowerCase());
  if (edits < name.length && edits <= Math.max(2, Math.floor(name.length / 3))) return didYouMean(nearest);
  return `Valid names: ${valid.join(", ")}.`;
}

export function didYouMean(name: string): string {
  return `Did you mean '${name}'?`;
}
