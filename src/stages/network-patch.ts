import { isNode, parseDocument } from "yaml";
import { networkSpec, type NetworkSpec } from "../ml/spec.js";

/** The text of a model file with another network; all else stays as it was written. */
export function withNetwork(text: string, network: NetworkSpec): string {
  const defaults: Record<string, number> = networkSpec.parse({});
  const settings = Object.entries(network)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]) => `${name}: ${value}`);
  const written = settings.length === 0 ? "{}" : `{ ${settings.join(", ")} }`;
  const node = parseDocument(text).get("network", true);
  if (!isNode(node) || !node.range) return `${text.replace(/\n?$/, "\n")}network: ${written}\n`;
  const [start, end] = node.range;
  const before = text.slice(0, start).replace(/network:\s*$/, "network: ");
  const after = text.slice(start, end).endsWith("\n") ? "\n" : "";
  return `${before}${written}${after}${text.slice(end)}`;
}

const contextLines = 3;

/** A unified diff, of one hunk, from one text of a file to another; empty if they are equal. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return "";
  const [old, now] = [before, after].map((text) => text.replace(/\n$/, "").split("\n")) as [
    string[],
    string[],
  ];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const from = Math.max(0, head - contextLines);
  const trailing = Math.min(tail, contextLines);
  const range = (lines: string[]) => `${from + 1},${lines.length - tail + trailing - from}`;
  return [
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${range(old)} +${range(now)} @@`,
    ...old.slice(from, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - tail + trailing).map((line) => ` ${line}`),
    "",
  ].join("\n");
}
