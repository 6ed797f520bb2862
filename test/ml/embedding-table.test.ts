import { describe, expect, it } from "vitest";
import { embedRows } from "../../src/ml/embedding.js";
import { interpolateEmbeddings, tabulateEmbedding } from "../../src/ml/embedding-table.js";
import { initialParameters, layoutOf, parametersByName } from "../../src/ml/network.js";
import { networkSpec } from "../../src/ml/spec.js";
import { Random } from "../../src/stats/random.js";

describe("tabulateEmbedding", () => {
  it("gives any number's embedding to 1e-5 of what its cosines give, up to the bounds", () => {
    const random = new Random("table");
    const [n, d, numbers] = [500, 12, 9];
    const layout = layoutOf(networkSpec.parse({}), d, numbers);
    const parameters = initialParameters(layout, 0, random);
    const data = Float32Array.from({ length: n * d }, () => 6 * random.uniform() - 3);
    data.set([-3, 3, 0]);
    const rows = Uint32Array.from({ length: n }, (_, row) => row);
    const { features } = embedRows(
      layout,
      parametersByName(layout, parameters),
      { n, d, numbers, data },
      rows,
    );
    const interpolated = features.slice();
    for (let i = 0; i < n; i++) {
      interpolated.fill(NaN, i * layout.features + d, (i + 1) * layout.features);
    }
    interpolateEmbeddings(tabulateEmbedding(layout, parameters), { n, d, numbers }, interpolated);
    expect(Math.max(...interpolated.map((value, i) => Math.abs(value - features[i]!)))).toBeLessThan(1e-5);
  });
});
