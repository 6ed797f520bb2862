import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/tests.json" },
    globalSetup: ["test/support/build.ts"],
    // Worker processes: DuckDB and TensorFlow.js keep native state that threads would share.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
