import { designMatrix, type Fact } from "../../src/stats/design-matrix.js";
import { Random } from "../../src/stats/random.js";

/** People asked for an opinion: what is seen of them, what they think, and who answers. */
export interface AskedPeople {
  channel: (string | null)[];
  pace: Float64Array;
  /** What everyone would score: -100, 0 or 100. */
  opinions: Float64Array;
  answered: Float64Array;
  /** Rows of all, and of those who answered. */
  everyone: Int32Array;
  scored: Int32Array;
  clusters: { numbers: Int32Array; count: number };
}

/**
 * A seeded crowd in which people of the app and of much custom are happier and answer more often, each asked twice.
 *
 * @param pull by how much an opinion itself moves the log-odds to answer
 */
export function askedPeople(people: number, seed: string, pull = 0): AskedPeople {
  const random = new Random(seed);
  const n = 2 * people;
  const crowd: AskedPeople = {
    channel: [],
    pace: new Float64Array(n),
    opinions: new Float64Array(n),
    answered: new Float64Array(n),
    everyone: Int32Array.from({ length: n }, (_, row) => row),
    scored: new Int32Array(0),
    clusters: { numbers: Int32Array.from({ length: n }, (_, row) => row >> 1), count: people },
  };
  for (let person = 0; person < people; person++) {
    const channel = ["app", "web", "store"][random.integer(3)]!;
    const pace = random.normal();
    const temper = random.normal();
    for (const row of [2 * person, 2 * person + 1]) {
      const mood = 0.7 * temper + 0.5 * random.normal() + (channel === "app" ? 0.8 : 0) + 0.4 * pace;
      const opinion = mood > 0.7 ? 100 : mood < -0.3 ? -100 : 0;
      const logOdds = -1.1 + (channel === "app" ? 1 : 0) + 0.5 * pace + (pull * opinion) / 100;
      crowd.channel[row] = channel;
      crowd.pace[row] = pace;
      crowd.opinions[row] = opinion;
      crowd.answered[row] = Number(random.uniform() < 1 / (1 + Math.exp(-logOdds)));
    }
  }
  crowd.scored = crowd.everyone.filter((row) => crowd.answered[row] === 1);
  return crowd;
}

/** Their facts as regressors. */
export function designOf({ channel, pace }: Pick<AskedPeople, "channel" | "pace">) {
  const facts: Fact[] = [
    { name: "channel", kind: "category", values: channel },
    { name: "pace", kind: "number", values: pace },
  ];
  return designMatrix(channel.length, facts);
}

/** The mean of all values, or of those of some rows. */
export function meanOf(values: Float64Array, rows?: Int32Array): number {
  const chosen = rows ? Float64Array.from(rows, (row) => values[row]!) : values;
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
}
