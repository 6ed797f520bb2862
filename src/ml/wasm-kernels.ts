import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";

let isRegistered = false;

/** Replaces kernels of the WebAssembly backend that are many times slower than they need be, once it is active. */
export function registerWasmKernels(): void {
  if (isRegistered) return;
  isRegistered = true;
  replaceMatMul();
  replaceSum();
  replaceElementwise("Cos", (source, target) => cosines(source, target, 0));
  replaceElementwise("Sin", (source, target) => cosines(source, target, -Math.PI / 2));
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

/** The backend transposes before it sums over leading axes, as every gradient of a bias does; this adds row to row. */
function replaceSum(): void {
  const general = tf.getKernel("Sum", "wasm").kernelFunc;
  replace("Sum", (args) => {
    const x = args.inputs["x"] as tf.TensorInfo;
    const { axis, keepDims } = args.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const isLeading = axes.length < x.shape.length && axes.every((value, i) => value === i);
    if (!isLeading || keepDims || x.dtype !== "float32") return general(args);
    const wasm = args.backend as BackendWasm;
    const out = wasm.makeOutput(x.shape.slice(axes.length), "float32");
    const source = wasm.typedArrayFromHeap(x);
    const sums = new Float64Array(tf.util.sizeFromShape(out.shape));
    for (let start = 0; start < source.length; start += sums.length) {
      for (let j = 0; j < sums.length; j++) sums[j]! += source[start + j]!;
    }
    wasm.typedArrayFromHeap(out).set(sums);
    return out;
  });
}

/**
 * Cosines of `source + shift` to 1e-6 for values up to some hundreds: reduced to a quarter wave, then Taylor's polynomial.
 */
function cosines(
  source: tf.backend_util.TypedArray,
  target: tf.backend_util.TypedArray,
  shift: number,
): void {
  for (let i = 0; i < source.length; i++) {
    const turns = (source[i]! + shift) * (1 / (2 * Math.PI));
    const x = 2 * Math.PI * (0.25 - Math.abs(turns - Math.floor(turns + 0.5)));
    const x2 = x * x;
    target[i] =
      x * (1 + x2 * (-1 / 6 + x2 * (1 / 120 + x2 * (-1 / 5040 + x2 * (1 / 362880 - x2 / 39916800)))));
  }
}

function replaceElementwise(
  name: string,
  fill: (source: tf.backend_util.TypedArray, target: tf.backend_util.TypedArray) => void,
): void {
  replace(name, ({ inputs, backend }) => {
    const x = inputs["x"] as tf.TensorInfo;
    const wasm = backend as BackendWasm;
    const out = wasm.makeOutput(x.shape, "float32");
    fill(wasm.typedArrayFromHeap(x), wasm.typedArrayFromHeap(out));
    return out;
  });
}

function replace(kernelName: string, kernelFunc: tf.KernelConfig["kernelFunc"]): void {
  tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
}
