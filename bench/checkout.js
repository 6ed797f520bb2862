import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath, URL } from "node:url";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const leftOut = new Set([".git", "node_modules", "store", "out", "outbox", "registry", "dist"]);

/** A copy of the checkout without anything that a run has left, and on request with the built program. */
export function freshCopy({ withProgram = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ancora-bench-"));
  for (const name of readdirSync(checkout)) {
    if (leftOut.has(name)) continue;
    cpSync(join(checkout, name), join(folder, name), {
      recursive: true,
      filter: (path) => !leftOut.has(path.split("/").at(-1)),
    });
  }
  if (withProgram) cpSync(join(checkout, "dist"), join(folder, "dist"), { recursive: true });
  symlinkSync(resolve(checkout, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs a command to its end, watching the memory of it and of all that it starts. Linux only: it is read from /proc. */
export function measure(command, args, folder) {
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
