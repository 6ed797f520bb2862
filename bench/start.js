/**
 * Measures `npm start` in a copy of this checkout, first without a store and then with nothing new, and `ancora plan`.
 *
 *     npm run bench
 *
 * Prints one JSON object: seconds, and the largest memory of the command's own process. Linux only: memory is read from
 * /proc.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath, URL } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const leftOut = new Set([".git", "node_modules", "store", "out", "outbox", "registry", "dist"]);

/** A copy of the checkout without anything that a run has left. */
function freshCopy() {
  const folder = mkdtempSync(join(tmpdir(), "ancora-bench-"));
  for (const name of readdirSync(checkout)) {
    if (leftOut.has(name)) continue;
    cpSync(join(checkout, name), join(folder, name), {
      recursive: true,
      filter: (path) => !leftOut.has(path.split("/").at(-1)),
    });
  }
  symlinkSync(resolve(checkout, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs a command to its end, watching the memory of it and of all that it starts. */
function measure(command, args, folder) {
  return new Promise((done, failed) => {
    const start = performance.now();
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, ...family(child.pid).map(peakMemory));
    }, 20);
    child.on("error", failed);
    child.on("close", (code) => {
      clearInterval(timer);
      if (code !== 0) failed(new Error(`${command} ${args.join(" ")} ended with exit code ${code}`));
      const seconds = Math.round(performance.now() - start) / 1000;
      done({ seconds, peak_rss_mb: Math.round(peak / 1024) });
    });
  });
}

/** A process and those that it has started, directly or not. */
function family(pid) {
  const children = text(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
  return [pid, ...children.flatMap(family)];
}

/** The largest resident memory that a process has had, in kilobytes. */
function peakMemory(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(text(`/proc/${pid}/status`))?.[1] ?? 0);
}

function text(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const folder = freshCopy();
try {
  const load = loadavg()[0];
  const first = await measure("npm", ["start", "--silent"], folder);
  const second = await measure("npm", ["start", "--silent"], folder);
  const plan = await measure(process.execPath, ["bin/ancora.js", "plan"], folder);
  const most = {
    first: { seconds: 60, peak_rss_mb: 2048 },
    second: { seconds: 3 },
  };
  const result = {
    cores: availableParallelism(),
    node: process.version,
    load_before: Math.round(load * 100) / 100,
    first,
    second,
    plan,
    second_to_first: Math.round((1000 * second.seconds) / first.seconds) / 1000,
    allowed: most,
    is_within:
      first.seconds <= most.first.seconds &&
      first.peak_rss_mb <= most.first.peak_rss_mb &&
      second.seconds <= most.second.seconds,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
