import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { RunFolder } from "./run-folder.ts";

const CHECKOUT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
/** A child that does not end when asked is killed after this. */
const GRACE_MS = 20_000;

export interface ChildProgram {
  readonly name: string;
  readonly pid: number;
  /** Everything it printed goes to this file. */
  readonly logFile: string;
  /** The first line of its standard output that is a JSON object; rejects when it ends before. */
  readonly firstJson: Promise<unknown>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** Asks it to end; kills it after a grace time. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Path of its main file, relative to the checkout. */
  readonly main: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts one of our programs in a process group of its own, so that Ctrl-C reaches the demo only and the demo ends them in order. */
export function startChild(folder: RunFolder, { name, main, args, env }: ChildOptions): ChildProgram {
  const logFile = path.join(folder.path, `${name}.out`);
  const log = createWriteStream(logFile, { mode: 0o600 });
  const child = spawn(process.execPath, [path.join(CHECKOUT, main), ...args], {
    cwd: folder.path,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = exitOf(child).finally(() => log.end());
  const firstJson = firstJsonLine(child, () => `${name} ended before it was ready; see ${logFile}`);
  // Not every child is asked for it.
  firstJson.catch(() => {});
  if (child.pid === undefined) throw new Error(`${name} could not be started from ${main}`);
  folder.remember(child.pid);
  return { name, pid: child.pid, logFile, firstJson, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function firstJsonLine(child: ChildProcess, problem: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error(problem()));
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      if (line.startsWith("{")) resolve(JSON.parse(line));
    });
    lines.once("close", () => reject(new Error(problem())));
  });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGTERM" ? 0 : 1)));
  });
}

/** The demo is a world of its own: settings for a real coordinator must not leak into it. */
function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("CORDON_"),
  );
  return Object.fromEntries(entries);
}
