import { UserError, UserErrors } from "../../src/errors.js";

/** The mistakes that a promise, or a function, ends in; anything but a mistake of the user is thrown on. */
export async function mistakes(work: Promise<unknown> | (() => unknown)): Promise<readonly UserError[]> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  }
  throw new Error("expected a mistake, found none");
}

/** The only mistake that a promise, or a function, ends in. */
export async function mistake(work: Promise<unknown> | (() => unknown)): Promise<UserError> {
  const found = await mistakes(work);
  if (found.length !== 1 || !found[0]) {
    throw new Error(`expected one mistake, found ${found.map((error) => error.describe()).join("\n")}`);
  }
  return found[0];
}
