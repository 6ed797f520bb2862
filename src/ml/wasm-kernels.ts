import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";

/** Replaces kernels of the WebAssembly backend that are many times slower than they need be. Call once it is active. */
export function registerWasmKernels(): void {
  replaceMatMul();
  replaceElementwise("Cos", fastCosine);
  replaceElementwise("Sin", (x) => fastCosine(x - Math.PI / 2));
}

/**
 * The backend multiplies single, untransposed matrices fast (XNNPACK) and everything else 10 to 70 times slower, gradients
 * included. This kernel transposes first, and takes a batch matrix by matrix.
 */
function replaceMatMul(): void {
  const plain = tf.getKernel("BatchMatMul", "wasm").kernelFunc;
  replace("BatchMatMul", ({ inputs: { a, b }, attrs, backend }) => {
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const wasm = backend as BackendWasm;
    const left = matrices(wasm, a as tf.TensorInfo, transposeA);
    const right = matrices(wasm, b as tf.TensorInfo, transposeB);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(left.outer, right.outer);
    const count = tf.util.sizeFromShape(outer);
    const out = wasm.makeOutput([...outer, left.rows, right.columns], "float32");
    const size = left.rows * right.columns;
    for (let i = 0; i < count; i++) {
      const pair = { a: left.matrix(i), b: right.matrix(i) };
      const product = plain({ inputs: pair, attrs: { transposeA: false, transposeB: false }, backend });
      const info = product as tf.TensorInfo;
      wasm.typedArrayFromHeap(out).set(wasm.typedArrayFromHeap(info), i * size);
      for (const { dataId } of [pair.a, pair.b, info]) wasm.disposeData(dataId);
    }
    return out;
  });
}

/** The matrices of a batch, each copied out of it on demand and, if asked for, transposed on the way. */
function matrices(wasm: BackendWasm, x: tf.TensorInfo, transposed: boolean) {
  const outer = x.shape.slice(0, -2);
  const [m, n] = x.shape.slice(-2) as [number, number];
  const [rows, columns] = transposed ? [n, m] : [m, n];
  const isOne = tf.util.sizeFromShape(outer) === 1;
  function matrix(i: number): tf.TensorInfo {
    if (isOne && !transposed) {
      wasm.incRef(x.dataId);
      return { dataId: x.dataId, shape: [rows, columns], dtype: x.dtype };
    }
    const out = wasm.makeOutput([rows, columns], "float32");
    const start = isOne ? 0 : i * m * n;
    const source = wasm.typedArrayFromHeap(x).subarray(start, start + m * n) as Float32Array;
    const target = wasm.typedArrayFromHeap(out) as Float32Array;
    if (transposed) transpose(source, target, m, n);
    else target.set(source);
    return out;
  }
  return { outer, rows, columns, matrix };
}

/** Transposes an `m x n` matrix in blocks that stay in the processor's cache. */
function transpose(source: Float32Array, target: Float32Array, m: number, n: number): void {
  const block = 16;
  for (let top = 0; top < m; top += block) {
    const bottom = Math.min(m, top + block);
    for (let j = 0; j < n; j++) {
      for (let i = top; i < bottom; i++) target[j * m + i] = source[i * n + j] as number;
    }
  }
}

/**
 * The cosine of `x` to 1e-7 for |x| up to 1e5: reduction to a quarter wave, then the Taylor polynomial.
 */
function fastCosine(x: number): number {
  const turns = x * (1 / (2 * Math.PI));
  const t = Math.abs(turns - Math.floor(turns + 0.5)) - 0.25;
  const y = -2 * Math.PI * t;
  const y2 = y * y;
  return (
    y * (1 + y2 * (-1 / 6 + y2 * (1 / 120 + y2 * (-1 / 5040 + y2 * (1 / 362880 + y2 * (-1 / 39916800))))))
  );
}

function replaceElementwise(name: string, f: (x: number) => number): void {
  replace(name, ({ inputs: { x }, backend }) => {
    const wasm = backend as BackendWasm;
    const input = x as tf.TensorInfo;
    const out = wasm.makeOutput(input.shape, "float32");
    const source = wasm.typedArrayFromHeap(input);
    const target = wasm.typedArrayFromHeap(out);
    for (let i = 0; i < source.length; i++) target[i] = f(source[i] as number);
    return out;
  });
}

function replace(kernelName: string, kernelFunc: tf.KernelConfig["kernelFunc"]): void {
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
}
