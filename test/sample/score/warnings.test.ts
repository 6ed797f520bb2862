import { describe, expect, it } from "vitest";
import { entry, scoreOf } from "./planted.js";

describe("scoring early warnings", () => {
  const truth = {
    causes: [
      ["app_problem", "app", "crash", "2026-09-27 00:00:00", true, "2026-10-01", 0.1, 1],
      ["late_delivery", "delivery", "late", "2025-06-01 00:00:00", false, "2025-06-03", 0.3, 1],
      ["long_queue", "queue", "queue", "2024-11-01 00:00:00", false, null, 0.1, 1],
    ],
    // Two years to the day: eight quarters.
    exposures: [
      ["long_queue", "2024-11-01 10:00:00"],
      ["long_queue", "2026-10-31 10:00:00"],
    ],
    messages: [["F1", "customer", true, false, "[{'topic': staff, 'sentiment': negative}]"]],
  };

  it("counts days from the start and from the day that it could be noticed", async () => {
    const { early_warnings } = await scoreOf({
      truth,
      run: {
        early_warnings: [
          ["mentions", "app", null, "2026-10-04"],
          ["mentions", "app", null, "2026-10-05"],
          ["problems", "app", "app", "2026-10-02"],
        ],
      },
    });
    expect(early_warnings).toMatchObject({ alarms: 2, false_alarms: 0, false_alarms_per_quarter: 0 });
    expect(entry(early_warnings, "causes", "app_problem")).toEqual({
      cause: "app_problem",
      topic: "app",
      is_snowballing: true,
      starts_on: "2026-09-27",
      noticeable_on: "2026-10-01",
      warned_on: "2026-10-02",
      days_from_start: 5,
      days_from_noticeable: 1,
    });
    expect(entry(early_warnings, "causes", "late_delivery")).toMatchObject({
      warned_on: null,
      days_from_start: null,
    });
    expect(entry(early_warnings, "causes", "long_queue")).toBeUndefined();
  });

  it("takes days in a row for one alarm, and calls false what no cause explains", async () => {
    const { early_warnings } = await scoreOf({
      truth,
      run: {
        early_warnings: [
          // One false alarm of three days, then, after more than a week, another.
          ["mentions", "staff", null, "2025-03-01"],
          ["mentions", "staff", null, "2025-03-02"],
          ["mentions", "staff", null, "2025-03-09"],
          ["mentions", "staff", null, "2025-03-17"],
          // The app's topic long before its cause.
          ["mentions", "app", null, "2025-03-01"],
          // All contacts, soon after late deliveries began: due to them. And long after: not.
          ["contacts", null, "phone", "2025-06-10"],
          ["contacts", null, "phone", "2026-02-10"],
          ["mentions", "parking", null, "2025-06-10"],
          ["mentions", "queue", null, null],
        ],
      },
    });
    expect(early_warnings).toMatchObject({
      alarms: 6,
      false_alarms: 5,
      false_alarms_per_quarter: 0.6254,
      undated: 1,
      unknown_topics: 1,
    });
  });
});
