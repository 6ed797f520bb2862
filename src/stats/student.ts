import { incompleteBeta } from "./special-functions.js";

/** The chance that Student's t with that many degrees of freedom is as far from 0 as `t`, on either side. */
export function twoSidedTail(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t beyond which `tail` of the distribution lies on both sides together, found by halving. */
export function twoSidedQuantile(tail: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (twoSidedTail(high, degrees) > tail) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (twoSidedTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
