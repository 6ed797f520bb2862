import type { Runtime } from "./src/reports/runtime.js";

export declare function buildRuntime(): Promise<Runtime>;
