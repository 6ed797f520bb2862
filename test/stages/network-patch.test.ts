import { describe, expect, it } from "vitest";
import { networkSpec } from "../../src/ml/spec.js";
import { unifiedDiff, withNetwork } from "../../src/stages/network-patch.js";

const network = networkSpec.parse({ width: 96, dropout: 0.3 });

describe("withNetwork", () => {
  it("replaces the network and nothing else, comments included", () => {
    const text = "# model\nname: churn\nnetwork: { epochs: 3 } # small\nseed: 1\n";
    expect(withNetwork(text, network)).toBe(
      "# model\nname: churn\nnetwork: { width: 96, dropout: 0.3 } # small\nseed: 1\n",
    );
  });

  it("replaces one written over several lines", () => {
    expect(withNetwork("name: churn\nnetwork:\n  width: 32\n  epochs: 3\nseed: 1\n", network)).toBe(
      "name: churn\nnetwork: { width: 96, dropout: 0.3 }\nseed: 1\n",
    );
  });

  it("adds one where there is none, with what is not as by default", () => {
    expect(withNetwork("name: churn", network)).toBe("name: churn\nnetwork: { width: 96, dropout: 0.3 }\n");
    expect(withNetwork("name: churn\n", networkSpec.parse({}))).toBe("name: churn\nnetwork: {}\n");
  });
});

describe("unifiedDiff", () => {
  it("is what diff -u prints, which patch applies", () => {
    const before = "a\nb\nc\nd\ne\nf\ng\nh\n";
    const after = "a\nb\nc\nd\nE\nE2\nf\ng\nh\n";
    expect(unifiedDiff("x.yaml", before, after)).toBe(
      [
        "--- a/x.yaml",
        "+++ b/x.yaml",
        "@@ -2,7 +2,8 @@",
        " b",
        " c",
        " d",
        "-e",
        "+E",
        "+E2",
        " f",
        " g",
        " h",
        "",
      ].join("\n"),
    );
    expect(unifiedDiff("x.yaml", "a\n", "a\nb\n")).toBe(
      ["--- a/x.yaml", "+++ b/x.yaml", "@@ -1,1 +1,2 @@", " a", "+b", ""].join("\n"),
    );
    expect(unifiedDiff("x.yaml", before, before)).toBe("");
  });
});
