import { expect, it } from "vitest";
import { gaussLegendre } from "../../src/stats/gauss-legendre.js";

function integral(n: number, integrand: (x: number) => number): number {
  const { nodes, weights } = gaussLegendre(n);
  return nodes.reduce((sum, node, index) => sum + weights[index]! * integrand(node), 0);
}

it("has the nodes and weights of Abramowitz & Stegun, table 25.4, for n = 3", () => {
  const { nodes, weights } = gaussLegendre(3);
  [-0.774596669241483, 0, 0.774596669241483].forEach((x, k) => expect(nodes[k]).toBeCloseTo(x, 14));
  [5 / 9, 8 / 9, 5 / 9].forEach((w, k) => expect(weights[k]).toBeCloseTo(w, 14));
});

it("is exact for polynomials of degree below 2n", () => {
  for (const n of [2, 12, 24, 64])
    expect(integral(n, (x) => x ** (2 * n - 2))).toBeCloseTo(2 / (2 * n - 1), 13);
});

it("integrates a decay over 32 e-folds to double precision with 24 nodes", () => {
  expect(integral(24, (x) => Math.exp(-16 * (1 + x)))).toBeCloseTo((1 - Math.exp(-32)) / 16, 13);
});
