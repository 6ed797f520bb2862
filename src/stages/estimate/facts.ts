import { clusterNumbers } from "../../stats/cluster-variance.js";
import type { Fact } from "../../stats/design-matrix.js";
import type { Column } from "../../warehouse/engine.js";

/** A column as a fact about its rows. */
export function factOf(column: Column): Fact {
  return column.type === "text"
    ? { name: column.name, kind: "category", values: column.values }
    : { name: column.name, kind: "number", values: column.values };
}

/** Whole numbers for the units that a column names, from 0. */
export function unitsOf(column: Column): { numbers: Uint32Array; count: number } {
  return clusterNumbers(column.type === "text" ? column.values : Array.from(column.values, String));
}
