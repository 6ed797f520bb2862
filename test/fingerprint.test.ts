import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fileHash, fingerprint } from "../src/fingerprint.js";
import { testProject } from "./support/project.js";

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

describe("a fingerprint", () => {
  it("does not depend on the order of an object's entries, at any depth", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => fingerprint(reversed(value)) === fingerprint(value)),
      { seed: 1 },
    );
  });

  it("depends on everything else", () => {
    const values = [
      1,
      "1",
      [1],
      ["1"],
      { a: 1 },
      { b: 1 },
      { a: [1] },
      { a: { a: 1 } },
      [1, 2],
      [2, 1],
      null,
      true,
      "",
      [],
      {},
    ];
    expect(new Set(values.map(fingerprint)).size).toBe(values.length);
  });

  it("is the same tomorrow: SHA-256 of the JSON text with sorted names", () => {
    const expected = createHash("sha256").update('{"a":[2,null],"b":"è"}').digest("hex").slice(0, 20);
    expect(fingerprint({ b: "è", a: [2, null] })).toBe(expected);
  });
});

describe("a file's hash", () => {
  it("is SHA-256 of its bytes", async () => {
    const project = testProject({ empty: "", abc: "abc" });
    // FIPS 180-2, appendix B.
    expect(await fileHash(project.path("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(await fileHash(project.path("empty"))).toMatch(/^e3b0c44298fc1c14/);
  });
});
