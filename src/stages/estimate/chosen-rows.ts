import type { Fact } from "../../stats/design-matrix.js";

/** The values of the rows that are chosen, 1 and not 0, in their order. */
export function chosen(values: Float64Array, isChosen: Float64Array): Float64Array;
export function chosen(values: Uint32Array, isChosen: Float64Array): Uint32Array;
export function chosen(
  values: Float64Array | Uint32Array,
  isChosen: Float64Array,
): Float64Array | Uint32Array {
  return values.filter((_, row) => isChosen[row] === 1);
}

/** A fact about the rows that are chosen. */
export function chosenFact(fact: Fact, isChosen: Float64Array): Fact {
  return fact.kind === "number"
    ? { ...fact, values: chosen(fact.values, isChosen) }
    : { ...fact, values: fact.values.filter((_, row) => isChosen[row] === 1) };
}
