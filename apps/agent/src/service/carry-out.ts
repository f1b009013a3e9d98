import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import { describeStep, type ServiceStep } from "./service-plan.ts";

/** A service manager that answers no sooner is in trouble. */
const COMMAND_MS_MAX = 120_000;

/** Does one step after another. Throws `service.failed` that names the step; all of them may be done again. */
export function carryOut(steps: readonly ServiceStep[], say: (line: string) => void): void {
  for (const step of steps) {
    say(describeStep(step).split("\n", 1)[0] ?? "");
    try {
      doStep(step);
    } catch (cause) {
      const what = describeStep(step).split("\n", 1)[0];
      throw new AppError("service.failed", `${what}: ${(cause as Error).message}`, { cause });
    }
  }
}

function doStep(step: ServiceStep): void {
  switch (step.kind) {
    case "say":
      return;
    case "folder":
      mkdirSync(step.path, { recursive: true, mode: step.mode });
      chmodSync(step.path, step.mode);
      return;
    case "write":
      writeFileSync(step.path, step.text, { mode: step.mode });
      return;
    case "copySelf":
      copySelf(step.to);
      return;
    case "remove":
      rmSync(step.path, { force: true });
      return;
    case "run": {
      const [file, ...args] = step.argv;
      const { status, error, stderr, stdout } = spawnSync(file, args, { encoding: "utf8", timeout: COMMAND_MS_MAX });
      if (step.mayFail === true || status === 0) return;
      throw error ?? new Error(`it ended with ${status}: ${`${stdout}${stderr}`.trim()}`);
    }
  }
}

/** In one step: a service that runs the old file keeps it until it is started again. */
function copySelf(to: string): void {
  if (path.resolve(process.execPath) === path.resolve(to)) return;
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(process.execPath, `${to}.new`);
  chmodSync(`${to}.new`, 0o755);
  renameSync(`${to}.new`, to);
}
