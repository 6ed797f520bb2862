import { describe, expect, it } from "vitest";
import { exitCodes, formatPlace, UserError, UserErrors } from "../src/errors.js";

describe("a place", () => {
  it("is written as editors read it, as far as it is known", () => {
    expect(formatPlace({ file: "a.sql" })).toBe("a.sql");
    expect(formatPlace({ file: "a.sql", line: 2 })).toBe("a.sql:2");
    expect(formatPlace({ file: "a.sql", line: 2, column: 3 })).toBe("a.sql:2:3");
    expect(formatPlace({ file: "a.sql", column: 3 })).toBe("a.sql");
  });
});

describe("a mistake of the user", () => {
  it("is described by its place, its message and what to do", () => {
    const error = new UserError("expected x, found y", {
      place: { file: "a.sql", line: 2 },
      hint: "Write x.",
    });
    expect(error.describe()).toBe("a.sql:2: expected x, found y\n  Write x.");
    expect(error.exitCode).toBe(exitCodes.usage);
  });

  it("is one of several, which share the first one's exit code", () => {
    const errors = new UserErrors([
      new UserError("a", { exitCode: exitCodes.contractBroken }),
      new UserError("b"),
    ]);
    expect(errors.describe()).toBe("a\nb");
    expect(errors.exitCode).toBe(exitCodes.contractBroken);
  });
});
