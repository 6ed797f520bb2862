/** Adam (Kingma & Ba 2015) with rates per parameter and decoupled weight decay (Loshchilov & Hutter 2019). */
export class Adam {
  readonly #rates: Float32Array;
  readonly #decays: Float32Array;
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  #steps = 0;

  /** @param rates and `decays`, per parameter, are multiples of the common learning rate. */
  constructor(rates: Float32Array, decays: Float32Array) {
    this.#rates = rates;
    this.#decays = decays;
    this.#mean = new Float32Array(rates.length);
    this.#square = new Float32Array(rates.length);
  }

  /** Moves `values` one step against `gradient`, in place. */
  step(values: Float32Array, gradient: Float32Array, learningRate: number): void {
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
    this.#steps++;
    const correction1 = 1 / (1 - beta1 ** this.#steps);
    const correction2 = 1 / (1 - beta2 ** this.#steps);
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      const mean = (this.#mean[i] = beta1 * this.#mean[i]! + (1 - beta1) * g);
      const square = (this.#square[i] = beta2 * this.#square[i]! + (1 - beta2) * g * g);
      const direction = (mean * correction1) / (Math.sqrt(square * correction2) + epsilon);
      const value = values[i]!;
      values[i] = value - learningRate * (this.#rates[i]! * direction + this.#decays[i]! * value);
    }
  }
}
