import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/ml/frame.js";
import { orderLevels } from "../../src/ml/level-order.js";
import { Random } from "../../src/stats/random.js";

describe("orderLevels", () => {
  it("puts levels in the order of what their rows are like, forwards or backwards", () => {
    const random = new Random("levels");
    const sizes = ["huge", "tiny", "large", "small"];
    const centres: Record<string, number> = { tiny: 0, small: 2, large: 4, huge: 6 };
    const size = Array.from({ length: 400 }, () => sizes[random.integer(4)]!);
    const weight = Float64Array.from(size, (level) => centres[level]! + random.normal());
    const frame: Frame = {
      n: 400,
      columns: [
        { name: "size", kind: "category", values: size },
        { name: "weight", kind: "number", values: weight },
        { name: "shelf", kind: "category", values: Array.from(weight, (w) => (w > 3 ? "low" : "high")) },
      ],
    };
    const order = orderLevels(frame, { name: "size", kind: "category", values: size }, sizes);
    const ascending = ["tiny", "small", "large", "huge"];
    expect([ascending, ascending.toReversed()]).toContainEqual(order);
  });

  it("keeps the given order where nothing tells levels apart", () => {
    const column = { name: "a", kind: "category" as const, values: ["x", "y", "x"] };
    expect(orderLevels({ n: 3, columns: [column] }, column, ["x", "y"])).toEqual(["x", "y"]);
  });
});
