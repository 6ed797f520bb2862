import { InvalidArgumentError } from "commander";

/** Reads an option's whole number. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text)) return Number(text);
    throw new InvalidArgumentError(`${option} takes a whole number, found '${text}'.`);
  };
}
