import { totalmem } from "node:os";

/** The engine's memory limit when none is given: half of the machine's, at most 4 GB; more spills to disk. */
export function defaultMemoryLimit(): string {
  return `${Math.min(4096, Math.floor(totalmem() / 2 / 1024 / 1024))}MB`;
}

/** Watches how much memory the process holds. */
export function watchMemory(everyMilliseconds = 50): { peak(): number; reset(): void; stop(): void } {
  let peak = process.memoryUsage.rss();
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, everyMilliseconds);
  timer.unref();
  return {
    peak: () => {
      look();
      return peak;
    },
    reset: () => {
      peak = process.memoryUsage.rss();
    },
    stop: () => clearInterval(timer),
  };
}
