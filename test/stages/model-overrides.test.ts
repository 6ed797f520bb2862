import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOverrides } from "../../src/stages/model-overrides.js";
import { modelSchema } from "../../src/stages/model-spec.js";
import { mistake } from "../support/errors.js";

const spec = modelSchema.parse({
  kind: "tabular",
  name: "churn",
  key: ["customer_id", "as_of"],
  time: "as_of",
  features: { table: "customer_features" },
  snapshots: { count: 8, every_days: 45 },
  label: { table: "churn_labels", column: "has_churned", known_on: "known_on" },
  words: { rows: "customers", positive: "left", model: "churn model" },
  output: "churn_probability",
});

describe("applyOverrides", () => {
  it("replaces values at paths, of whatever kind, and leaves the rest and the given spec as they are", () => {
    const before = structuredClone(spec);
    const changed = applyOverrides(spec, [
      "network.width=32",
      "seed=spring",
      "snapshots.count=12",
      "key.0=shop_id",
      "features.except=[a, b]",
    ]);
    expect(changed).toEqual({
      ...spec,
      seed: "spring",
      key: ["shop_id", "as_of"],
      features: { table: "customer_features", except: ["a", "b"] },
      snapshots: { count: 12, every_days: 45 },
      network: { ...("network" in spec ? spec.network : {}), width: 32 },
    });
    expect(spec).toEqual(before);
  });

  it("takes the last of two values for one path", () => {
    expect(applyOverrides(spec, ["seed=2", "seed=3"]).seed).toBe(3);
  });

  it.each([
    ["network.widht=32", "unknown name 'widht' in network", "Did you mean 'width'?"],
    ["snapshot.count=3", "unknown name 'snapshot'", "Did you mean 'snapshots'?"],
    ["network.width=wide", 'network.width: expected a number, found "wide"', "Write a value of that kind."],
    ["network.width=", "found nothing", "Write a value"],
    ["promotion.metric=aucc", "expected auc", "Did you mean 'auc'?"],
    ["network.width.more=1", "expected a mapping that holds 'more', found 64", "Shorten the path."],
    ["network.width", "expected PATH=VALUE", "--set network.width=32"],
    ["=3", "expected PATH=VALUE", "--set network.width=32"],
    ["network..width=3", "expected PATH=VALUE", "--set network.width=32"],
    ["features.except=[a", "the value is not YAML", "a list such as [a, b]"],
    ["__proto__.polluted=1", "unknown name '__proto__'", "Valid names"],
  ])("says of %s what is wrong and what would be right", async (assignment, message, hint) => {
    const error = await mistake(() => applyOverrides(spec, [assignment]));
    expect(error.message).toContain(`--set ${assignment}`);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it("gives a spec or a mistake in words for any text", async () => {
    const paths = fc.constantFrom("network.width", "seed", "features", "key.1", "x", "", "label.column");
    await fc.assert(
      fc.asyncProperty(paths, fc.string(), async (path, text) => {
        try {
          expect(modelSchema.safeParse(applyOverrides(spec, [`${path}=${text}`])).success).toBe(true);
        } catch (error) {
          await mistake(() => {
            throw error;
          }).catch((found: unknown) => {
            if (!String(found).includes("expected one mistake")) throw found;
          });
        }
      }),
      { seed: 1 },
    );
  });
});
