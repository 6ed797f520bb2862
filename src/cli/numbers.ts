import { InvalidArgumentError } from "commander";

/** Reads an option's whole number. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new InvalidArgumentError(`${option} takes a whole number, found '${text}'.`);
  };
}

/** Reads an option's amount of memory. */
export function memorySize(text: string): string {
  if (/^\d+(\.\d+)?\s?[kmgt]i?b$/i.test(text)) return text;
  throw new InvalidArgumentError(`--memory takes an amount such as 500MB or 2GB, found '${text}'.`);
}
