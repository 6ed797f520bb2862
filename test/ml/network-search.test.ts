import { describe, expect, it } from "vitest";
import {
  bestTrial,
  isHopeless,
  networkOfTrial,
  type FoldOutcome,
  type Trial,
} from "../../src/ml/network-search.js";
import { networkSpec } from "../../src/ml/spec.js";

const base = networkSpec.parse({ epochs: 20 });

function outcomes(trial: number, losses: readonly number[]): FoldOutcome[] {
  return losses.map((log_loss, fold) => ({
    trial,
    fold,
    log_loss,
    auc: 0.8,
    average_precision: 0.6,
    brier: 0.1,
    seconds: 1,
  }));
}
const trialOf = (trial: number, losses: readonly number[], isComplete = true): Trial => ({
  trial,
  outcomes: outcomes(trial, losses),
  isComplete,
});

describe("networkOfTrial", () => {
  it("begins with the network as it is, then draws others, always the same for a seed and a number", () => {
    expect(networkOfTrial(base, 0, 1)).toEqual(base);
    const drawn = Array.from({ length: 30 }, (_, k) => networkOfTrial(base, k + 1, 1));
    expect(new Set(drawn.map((network) => JSON.stringify(network))).size).toBe(30);
    expect(networkOfTrial(base, 17, 1)).toEqual(drawn[16]);
    for (const { epochs, groups } of drawn) expect([epochs, groups]).toEqual([base.epochs, base.groups]);
  });
});

describe("isHopeless", () => {
  const others = [0.4, 0.41, 0.42, 0.43].map((loss, k) => trialOf(k, [loss, loss + 0.1]));

  it("gives up a trial that is worse than the median of the others on the same folds", () => {
    expect(isHopeless(outcomes(9, [0.415]), others)).toBe(true);
    expect(isHopeless(outcomes(9, [0.405]), others)).toBe(false);
    expect(isHopeless(outcomes(9, [0.4, 0.54]), others)).toBe(true);
  });

  it("waits until there are others to compare with", () => {
    expect(isHopeless(outcomes(9, [0.9]), others.slice(0, 3))).toBe(false);
  });
});

describe("bestTrial", () => {
  it("is the complete one with the least loss, the earlier of equals", () => {
    const trials = [
      trialOf(0, [0.4, 0.5]),
      trialOf(1, [0.3], false),
      trialOf(2, [0.42, 0.44]),
      trialOf(3, [0.44, 0.42]),
    ];
    expect(bestTrial(trials)?.trial).toBe(2);
    expect(bestTrial([])).toBeUndefined();
  });
});
