/** The ranks of `n` values from 1 to n, equal values sharing the mean of their ranks; NaN counts as the greatest. */
export function midranks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const key = (i: number) => (Number.isNaN(values[i]) ? Infinity : values[i]!);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => {
    const [a, b] = [key(i), key(j)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  const ranks = new Float64Array(n);
  for (let start = 0, end = 0; start < n; start = end) {
    while (end < n && key(order[end]!) === key(order[start]!)) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
  }
  return ranks;
}
