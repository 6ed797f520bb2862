import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { tf, useBackend } from "../../src/ml/backend.js";
import { Random } from "../../src/stats/random.js";

type Matrix = number[][];

const random = new Random("backend test");
const draw = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
const transposed = (m: Matrix): Matrix => (m[0] ?? []).map((_, j) => m.map((row) => row[j] ?? NaN));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transposed(b).map((column) => row.reduce((sum, x, k) => sum + x * (column[k] ?? NaN), 0)));
const flat = (values: Matrix | Matrix[]): number[] => (values as number[][][]).flat(2);

function expectClose(actual: tf.Tensor, expected: number[]): void {
  const values = actual.dataSync();
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 4));
}

beforeAll(() => useBackend("wasm"));

describe("useBackend", () => {
  it("names what computes, and its version", async () => {
    const { name, version } = await useBackend("wasm");
    expect(name).toBe("wasm");
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(tf.getBackend()).toBe("wasm");
  });

  it("keeps the backend in use when any will do", async () => {
    expect((await useBackend()).name).toBe("wasm");
  });

  it("starts one backend however many ask at once", async () => {
    const [first, second] = await Promise.all([useBackend("wasm"), useBackend()]);
    expect(second).toBe(first);
  });

  it("prints nothing", async () => {
    const spies = (["log", "warn", "error", "info"] as const).map((method) => vi.spyOn(console, method));
    await useBackend("wasm");
    tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
    spies.forEach((spy) => expect(spy).not.toHaveBeenCalled());
    vi.restoreAllMocks();
  });
});

describe("matMul on WebAssembly", () => {
  const flags = [false, true];
  for (const transposeA of flags) {
    for (const transposeB of flags) {
      it(`equals the naive product with transposeA ${transposeA}, transposeB ${transposeB}`, () => {
        const size = fc.integer({ min: 1, max: 40 });
        fc.assert(
          fc.property(size, size, size, (m, k, n) => {
            const [a, b] = [draw(m, k), draw(k, n)];
            tf.tidy(() => {
              const left = tf.tensor2d(transposeA ? transposed(a) : a);
              const right = tf.tensor2d(transposeB ? transposed(b) : b);
              expectClose(tf.matMul(left, right, transposeA, transposeB), flat(product(a, b)));
            });
          }),
          { numRuns: 30 },
        );
      });
    }
  }

  it("multiplies a batch matrix by matrix, and one matrix with each of a batch", () => {
    const a = [draw(3, 5), draw(3, 5), draw(3, 5), draw(3, 5)];
    const b = [draw(5, 2), draw(5, 2), draw(5, 2), draw(5, 2)];
    tf.tidy(() => {
      const expected = a.map((matrix, i) => product(matrix, b[i] as Matrix));
      const batched = tf.matMul(tf.tensor3d(a), tf.tensor3d(b));
      expect(batched.shape).toEqual([4, 3, 2]);
      expectClose(batched, flat(expected));
      expectClose(tf.matMul(tf.tensor3d(a.map(transposed)), tf.tensor3d(b), true), flat(expected));
      const one = a[0] as Matrix;
      expectClose(
        tf.matMul(tf.tensor3d([one]), tf.tensor3d(b)),
        flat(b.map((matrix) => product(one, matrix))),
      );
    });
  });

  it("has the gradients dA = dC B' and dB = A' dC, alone and in a batch", () => {
    const [a, b, weights] = [draw(4, 6), draw(6, 3), draw(4, 3)];
    tf.tidy(() => {
      const loss = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.matMul(x, y), tf.tensor2d(weights)));
      const [da, db] = tf.grads(loss)([tf.tensor2d(a), tf.tensor2d(b)]) as [tf.Tensor, tf.Tensor];
      const expectedA = flat(product(weights, transposed(b)));
      const expectedB = flat(product(transposed(a), weights));
      expectClose(da, expectedA);
      expectClose(db, expectedB);
      const [batchA, batchB] = tf.grads(loss)([tf.tensor3d([a, a]), tf.tensor3d([b, b])]) as [
        tf.Tensor,
        tf.Tensor,
      ];
      expectClose(batchA, [...expectedA, ...expectedA]);
      expectClose(batchB, [...expectedB, ...expectedB]);
    });
  });

  it("refuses matrices that do not fit together", () => {
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))).toThrow(/inner shapes/);
  });

  it("leaves no memory behind", () => {
    const before = tf.memory().numDataBuffers;
    tf.tidy(() => void tf.grad((x) => tf.sum(tf.matMul(x, tf.ones([2, 4, 3]))))(tf.ones([2, 3, 4])));
    expect(tf.memory().numDataBuffers).toBe(before);
  });
});

describe("cosine and sine on WebAssembly", () => {
  it("agree with the standard library to 1e-6", () => {
    const values = Array.from({ length: 2000 }, (_, i) => (i - 1000) * 0.0371);
    tf.tidy(() => {
      const x = tf.tensor1d(values);
      const inputs = x.dataSync();
      const [cosines, sines] = [tf.cos(x).dataSync(), tf.sin(x).dataSync()];
      inputs.forEach((value, i) => {
        expect(Math.abs((cosines[i] ?? NaN) - Math.cos(value))).toBeLessThan(1e-6);
        expect(Math.abs((sines[i] ?? NaN) - Math.sin(value))).toBeLessThan(1e-6);
      });
    });
  });
});
