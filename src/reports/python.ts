import { isObject, type Json } from "./data.js";

/** A value as Python writes it. Text is escaped as in JSON, which Python reads the same. */
export function pythonLiteral(value: Json, indent = ""): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const items = isObject(value)
    ? Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item, inner)}`)
    : value.map((item) => pythonLiteral(item, inner));
  const [open, close] = isObject(value) ? ["{", "}"] : ["[", "]"];
  const line = `${open}${items.join(", ")}${close}`;
  if (line.length <= 90 && !line.includes("\n")) return line;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}${close}`;
}

/** Text of several lines as a Python string in triple quotes. */
export function pythonText(text: string): string {
  const escaped = text
    .replace(/\\/g, "\\\\")
    .replace(/"""/g, '\\"\\"\\"')
    .replace(/"$/, '\\"')
    .replace(/\p{Cc}/gu, (control) =>
      control === "\n" ? control : `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  return `"""${escaped}"""`;
}
