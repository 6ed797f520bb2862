import { describe, expect, it } from "vitest";
import { embedRows } from "../../src/ml/embedding.js";
import { interpolateEmbeddings, tabulateEmbeddings } from "../../src/ml/embedding-table.js";
import { initialParameters, layoutOf, parametersByName } from "../../src/ml/network.js";
import { networkSpec } from "../../src/ml/spec.js";
import { Random } from "../../src/stats/random.js";

describe("interpolateEmbeddings", () => {
  it("gives each group's embedding of any number to 1e-5 of what its cosines give, up to the bounds", () => {
    const random = new Random("table");
    const [n, d, numbers] = [500, 12, 9];
    const layout = layoutOf(networkSpec.parse({}), d, numbers);
    const groups = [1, 2].map((group) => initialParameters(layout, 0, random.fork(`group ${group}`)));
    const data = Float32Array.from({ length: n * d }, () => 6 * random.uniform() - 3);
    data.set([-3, 3, 0]);
    const inputs = { n, d, numbers, data };
    const rows = Uint32Array.from({ length: n }, (_, row) => row);
    const interpolated = interpolateEmbeddings(tabulateEmbeddings(layout, groups), inputs);
    groups.forEach((parameters, group) => {
      const { features } = embedRows(layout, parametersByName(layout, parameters), inputs, rows);
      const misses = features.map((value, i) => Math.abs(value - interpolated[group]![i]!));
      expect(Math.max(...misses)).toBeLessThan(1e-5);
    });
  });
});
