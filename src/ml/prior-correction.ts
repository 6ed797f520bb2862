/**
 * What to add to the log-odds of a model trained where a share `training` of the rows is positive, so that its
 * probabilities hold where that share is `declared` (Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001;
 * Saerens, Latinne & Decaestecker, Neural Computation 14, 2002). Both are between 0 and 1.
 */
export function priorShift(training: number, declared: number): number {
  return Math.log(declared / (1 - declared)) - Math.log(training / (1 - training));
}
