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
});
