import { describe, expect, it } from "vitest";
import { newestEvent } from "../../src/pipeline/newest-event.js";

describe("newestEvent", () => {
  it("is the newest date of all", () => {
    expect(newestEvent(["2026-10-30", "2026-10-31", "2026-09-01", "2026-10-31"])).toBe("2026-10-31");
    expect(newestEvent(["2026-10-31"])).toBe("2026-10-31");
    expect(newestEvent([])).toBeUndefined();
  });

  it("refuses a date far behind all others, which would make every customer seem lost", () => {
    expect(() => newestEvent(["2026-10-31", "2062-03-01"])).toThrow("2062-03-01, 12905 days after");
    expect(newestEvent(["2026-08-01", "2026-11-01"])).toBe("2026-11-01");
  });

  it("refuses several dates that lie more than a year behind all others, but not a shop that was closed for a season", () => {
    expect(() => newestEvent(["2026-10-30", "2026-10-31", "2099-03-01", "2099-03-09", "2099-04-01"])).toThrow(
      "the newest events are dated 2099-03-01 to 2099-04-01, 26419 days after the one before them, of 2026-10-31",
    );
    expect(newestEvent(["2026-01-31", "2026-09-01", "2026-09-02"])).toBe("2026-09-02");
  });
});
