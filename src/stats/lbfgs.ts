export interface Evaluation {
  value: number;
  /** The partial derivatives, as many as the point has coordinates. */
  gradient: ArrayLike<number>;
}

export interface Minimum {
  point: Float64Array;
  value: number;
  iterations: number;
}

/** Number of past steps from which the curvature is estimated. */
const memory = 8;
const sufficientDecrease = 1e-4;
const smallestFraction = 1e-6;
/** Relative noise of a value that was added up in single precision. */
const noise = 1e-5;

/**
 * Minimises a smooth function by L-BFGS with a backtracking line search (Nocedal & Wright, Numerical Optimization,
 * 2nd ed. 2006, algorithms 7.4, 7.5 and 3.1). Where the decrease drowns in the noise of the values, a step is judged by
 * its slope alone (the approximate Wolfe condition of Hager & Zhang 2005).
 *
 * Stops when no partial derivative exceeds `tolerance`, when no step lowers the function any more (the limit of its
 * precision), or after `maximumIterations`.
 */
export function minimise(
  evaluate: (point: Float64Array) => Evaluation,
  start: ArrayLike<number>,
  { tolerance = 1e-6, maximumIterations = 200 } = {},
): Minimum {
  let point: Float64Array = Float64Array.from(start);
  let { value, gradient } = evaluate(point);
  const pairs: Pair[] = [];
  let iterations = 0;
  while (iterations < maximumIterations && largest(gradient) > tolerance) {
    const direction = descentDirection(gradient, pairs);
    const slope = dot(direction, gradient);
    const firstStep = pairs.length === 0 ? 1 / Math.sqrt(-slope) : 1;
    const next = search(evaluate, { point, value, direction, slope, firstStep });
    if (!next) {
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    remember(pairs, difference(next.point, point), difference(next.gradient, gradient));
    ({ point, value, gradient } = next);
    iterations++;
  }
  return { point, value, iterations };
}

/** A step, the change of gradient along it, and 1 / their dot product. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
  rho: number;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descentDirection(gradient: ArrayLike<number>, pairs: readonly Pair[]): Float64Array {
  const direction = Float64Array.from(gradient);
  scale(direction, -1);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, direction);
    alphas.push(alpha);
    addScaled(direction, change, -alpha);
  }
  const newest = pairs.at(-1);
  if (newest) scale(direction, 1 / (newest.rho * dot(newest.change, newest.change)));
  for (const { step, change, rho } of pairs) {
    const beta = rho * dot(change, direction);
    addScaled(direction, step, (alphas.pop() ?? 0) - beta);
  }
  return direction;
}

interface Line {
  point: Float64Array;
  value: number;
  direction: Float64Array;
  slope: number;
  firstStep: number;
}

function search(
  evaluate: (point: Float64Array) => Evaluation,
  { point, value, direction, slope, firstStep }: Line,
): (Evaluation & { point: Float64Array }) | undefined {
  for (let step = firstStep; step > smallestFraction * firstStep; step /= 2) {
    const candidate = Float64Array.from(point);
    addScaled(candidate, direction, step);
    const evaluation = evaluate(candidate);
    const isLower = evaluation.value < value + sufficientDecrease * step * slope;
    const isFlatter =
      evaluation.value <= value + noise * Math.abs(value) &&
      dot(evaluation.gradient, direction) <= (2 * sufficientDecrease - 1) * slope;
    if (isLower || isFlatter) return { ...evaluation, point: candidate };
  }
  return undefined;
}

function remember(pairs: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (curvature <= Number.EPSILON * dot(change, change)) return;
  pairs.push({ step, change, rho: 1 / curvature });
  if (pairs.length > memory) pairs.shift();
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function addScaled(target: Float64Array, addend: ArrayLike<number>, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = target[index]! + factor * addend[index]!;
  }
}

function scale(target: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index] = factor * target[index]!;
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const result = new Float64Array(a.length);
  for (let index = 0; index < a.length; index++) result[index] = a[index]! - b[index]!;
  return result;
}

function largest(vector: ArrayLike<number>): number {
  let maximum = 0;
  for (let index = 0; index < vector.length; index++) maximum = Math.max(maximum, Math.abs(vector[index]!));
  return maximum;
}
