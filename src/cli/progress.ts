import { styleText } from "node:util";
import type { StageManifest } from "../pipeline/manifest.js";
import type { RunObserver } from "../pipeline/run-log.js";

export type Progress = RunObserver & { end(): void };

/** Shows a run's progress on standard error: a live list on a terminal, plain lines elsewhere. */
export async function showProgress(
  stages: readonly string[],
  stream: NodeJS.WriteStream = process.stderr,
): Promise<Progress> {
  return stream.isTTY ? liveList(stages, stream) : plainLines(stages.length, stream);
}

function plainLines(total: number, stream: NodeJS.WriteStream): Progress {
  let ended = 0;
  const write = (line: string) => stream.write(`${line}\n`);
  return {
    stageStarted: (name) => write(`        ${name} ...`),
    stageEnded: (stage) => write(`${`${++ended}/${total}`.padStart(7)} ${stage.name}: ${outcome(stage)}`),
    notice: (message) => write(`   note: ${message}`),
    end: () => undefined,
  };
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

async function liveList(stages: readonly string[], stream: NodeJS.WriteStream): Promise<Progress> {
  const { createLogUpdate } = await import("log-update");
  const update = createLogUpdate(stream);
  const running = new Map<string, { since: number; message: string }>();
  const ended = new Map<string, StageManifest>();
  const notices: string[] = [];
  let frame = 0;
  const line = (name: string): string => {
    const stage = ended.get(name);
    if (stage) return `${symbol(stage)} ${name} ${styleText("dim", outcome(stage))}`;
    const work = running.get(name);
    if (!work) return styleText("dim", `  ${name}`);
    const seconds = ((performance.now() - work.since) / 1000).toFixed(0);
    return `${styleText("cyan", spinner[frame % spinner.length] ?? "")} ${name} ${styleText("dim", `${work.message} ${seconds} s`)}`;
  };
  const draw = () => {
    frame++;
    const room = Math.max(5, (stream.rows ?? 24) - notices.length - 2);
    const waiting = stages.filter((name) => !ended.has(name) && !running.has(name));
    const shown =
      stages.length <= room
        ? stages
        : [...[...ended.keys()].slice(-3), ...running.keys(), ...waiting].slice(0, room);
    const hidden = stages.length - shown.length;
    const more = hidden > 0 ? [styleText("dim", `  ${ended.size} of ${stages.length} done`)] : [];
    update(
      [...shown.map(line), ...more, ...notices.map((notice) => styleText("yellow", `! ${notice}`))].join(
        "\n",
      ),
    );
  };
  const timer = setInterval(draw, 100);
  return {
    stageStarted: (name) => running.set(name, { since: performance.now(), message: "" }),
    stageProgress: (name, message) => {
      const work = running.get(name);
      if (work) work.message = message;
    },
    stageEnded: (stage) => {
      running.delete(stage.name);
      ended.set(stage.name, stage);
    },
    notice: (message) => notices.push(message),
    end: () => {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

function symbol({ status }: StageManifest): string {
  if (status === "failed") return styleText("red", "✖");
  if (status === "skipped") return styleText("dim", "-");
  return styleText("green", status === "made" ? "✔" : "=");
}

function outcome({ status, summary, seconds, reason }: StageManifest): string {
  switch (status) {
    case "made":
      return `${summary} (${seconds.toFixed(1)} s)`;
    case "failed":
      return "failed";
    default:
      return reason;
  }
}
