import { chdtrc, compiled, incbet, lgam, psi } from "cephes";

await compiled;

/** ln Γ(x) for x > 0, to double precision (Moshier's Cephes, as are the others here). */
export function logGamma(x: number): number {
  return lgam(x);
}

/** ψ(x), the derivative of ln Γ(x), for x > 0. */
export function digamma(x: number): number {
  return psi(x);
}

/** The regularised incomplete beta function I_x(a, b), for a, b > 0 and x in 0 to 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  return incbet(a, b, x);
}

/** The chance that a chi-squared variable with that many degrees of freedom exceeds x, for x >= 0. */
export function chiSquaredTail(x: number, degrees: number): number {
  return chdtrc(degrees, x);
}
