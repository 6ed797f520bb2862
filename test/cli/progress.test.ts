import { WriteStream } from "node:tty";
import { describe, expect, it } from "vitest";
import { showProgress } from "../../src/cli/progress.js";
import type { StageManifest } from "../../src/pipeline/manifest.js";

/** A stream that keeps what is written to it. */
function recorded(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = "";
  const stream = Object.assign(Object.create(WriteStream.prototype) as NodeJS.WriteStream, {
    isTTY,
    columns: 80,
    rows: 24,
    write: (chunk: string) => {
      text += chunk;
      return true;
    },
  });
  return { stream, text: () => text };
}

const ended = (name: string, status: StageManifest["status"]): StageManifest => ({
  name,
  kind: "sql",
  status,
  reason: "up to date",
  summary: "3 rows",
  seconds: 1.25,
  rows: 3,
  peak_memory: 1,
  fingerprint: "",
});

async function shown(isTTY: boolean): Promise<string> {
  const { stream, text } = recorded(isTTY);
  const progress = await showProgress(["orders", "spending", "cities"], stream);
  progress.stageStarted?.("orders");
  progress.stageProgress?.("orders", "file 1 of 2");
  progress.stageEnded?.(ended("orders", "made"));
  progress.notice?.("a file is gone");
  progress.stageEnded?.(ended("spending", "reused"));
  progress.stageEnded?.(ended("cities", "failed"));
  progress.end();
  return text();
}

describe("the progress of a run", () => {
  it("is plain lines where there is no terminal", async () => {
    expect((await shown(false)).split("\n")).toEqual([
      "        orders ...",
      "    1/3 orders: 3 rows (1.3 s)",
      "   note: a file is gone",
      "    2/3 spending: up to date",
      "    3/3 cities: failed",
      "",
    ]);
  });

  it("is a live list of all stages on a terminal", async () => {
    // eslint-disable-next-line no-control-regex
    const text = (await shown(true)).replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
    expect(text).toContain("✔ orders 3 rows (1.3 s)");
    expect(text).toContain("= spending up to date");
    expect(text).toContain("✖ cities failed");
    expect(text).toContain("! a file is gone");
  });
});
