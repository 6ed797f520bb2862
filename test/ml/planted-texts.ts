import { sigmoid } from "../../src/ml/calibration.js";
import { Random } from "../../src/stats/random.js";
import type { LabelledTexts } from "../../src/ml/text-training.js";

const plain =
  "the room was on second floor near lift we stayed two nights with our family and had breakfast".split(" ");
const telling = { great: 2.5, lovely: 1.5, dirty: -2.5, noisy: -1.5 };

/** Reviews whose chance of being happy is known: telling words and a 0/1 feature add to its log-odds. */
export function plantedReviews(n: number, seed: string): LabelledTexts & { truth: Float64Array } {
  const random = new Random(seed);
  const truth = new Float64Array(n);
  const verified = Float32Array.from({ length: n }, () => random.integer(2));
  const texts = Array.from({ length: n }, (_, row) => {
    const words = Array.from({ length: 12 }, () => plain[random.integer(plain.length)]!);
    let logOdds = 2 * verified[row]! - 1;
    for (const [word, weight] of Object.entries(telling)) {
      if (random.uniform() > 0.3) continue;
      words.splice(random.integer(words.length), 0, word);
      logOdds += weight;
    }
    truth[row] = sigmoid(logOdds);
    return words.join(" ");
  });
  const values = Uint8Array.from(truth, (p) => (random.uniform() < p ? 1 : 0));
  return {
    texts,
    dense: { names: ["is_verified"], values: verified },
    labels: [{ name: "happy", values }],
    truth,
  };
}
