import { spawn } from "node:child_process";
import { constants } from "node:os";

/** An agent that ends with this wants its launcher to look again at what is to run (sysexits.h: EX_TEMPFAIL). */
export const RESTART_EXIT_CODE = 75;

/** Tell an agent that another binary started it. */
export const LAUNCHER_VARIABLE = "CORDON_AGENT_LAUNCHER";
/** `1`: the launcher waits for its end. Otherwise the launcher's process became the agent's. */
export const SUPERVISED_VARIABLE = "CORDON_AGENT_SUPERVISED";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReleaseCommand {
  readonly file: string;
  /** After the program's name. */
  readonly args: readonly string[];
  readonly env: Environment;
}

export interface ReleaseEnd {
  readonly code: number;
  /** We were told to stop meanwhile. */
  readonly stopped: boolean;
}

/** Runs a release as a child and passes on what tells it to stop. Standard streams are its own, so also Windows' stop by stdin. */
export function runChild({ file, args, env }: ReleaseCommand): Promise<ReleaseEnd> {
  return new Promise((resolve) => {
    const child = spawn(file, [...args], { stdio: "inherit", env });
    let stopped = false;
    const onSignal = (signal: NodeJS.Signals) => {
      stopped = true;
      // A terminal's Ctrl-C reaches the whole foreground; a second one would end the agent without grace.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const done = (code: number) => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.off("SIGHUP", onReload);
      resolve({ code, stopped });
    };
    // The agent looks at its policy again.
    const onReload = () => void child.kill("SIGHUP");
    for (const signal of SIGNALS) process.on(signal, onSignal);
    process.on("SIGHUP", onReload);
    // It could not be started at all: no such file, another platform's, no permission.
    child.once("error", () => done(126));
    child.once("exit", (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

/** Becomes the other program; returns only where the system cannot do that (Windows). */
export function become({ file, args, env }: ReleaseCommand): void {
  if (process.platform === "win32" || process.execve === undefined) return;
  process.execve(file, [file, ...args], onlyTexts(env));
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

function onlyTexts(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
