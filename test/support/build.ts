import { execFileSync } from "node:child_process";

/** Builds the program once for all tests: those of the command run it as people do. */
export default function setup(): void {
  execFileSync(process.execPath, ["build.js"], { stdio: "inherit" });
}
