/** Nodes in -1 to 1 and their weights: the sum of weight x f(node) is the integral of f, exact for degrees below 2n. */
export interface QuadratureRule {
  nodes: Float64Array;
  weights: Float64Array;
}

/** The Gauss-Legendre rule of `n` nodes, by Newton's method on the Legendre polynomial (Abramowitz & Stegun 25.4.29). */
export function gaussLegendre(n: number): QuadratureRule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let index = 0; index < n; index++) {
    let x = -Math.cos((Math.PI * (index + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = Infinity; Math.abs(step) > 1e-15; x -= step) {
      const { value, derivative } = legendre(n, x);
      slope = derivative;
      step = value / derivative;
    }
    nodes[index] = x;
    weights[index] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

function legendre(n: number, x: number): { value: number; derivative: number } {
  let [before, value] = [1, x];
  for (let degree = 2; degree <= n; degree++) {
    [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
  }
  return { value, derivative: (n * (x * value - before)) / (x * x - 1) };
}
