import { type ChildProcess, spawn } from "node:child_process";
import { eventually } from "./eventually.ts";
import { reapOnExit } from "./reap-on-exit.ts";

export interface ProgramOptions {
  /** Program and arguments. */
  readonly argv: readonly [string, ...string[]];
  /** The whole environment, beside where Node keeps what it compiled; left out, this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that is always reaped: `await using program = spawnProgram(...)`. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** The last 1 MiB of standard output and error, interleaved as they came. */
  output(): string;
  stdout(): string;
  stderr(): string;
  /** The first line of the output (also of what came before the call) that matches; fails when the program ends before. */
  waitForLine(pattern: RegExp, options?: { readonly withinMs?: number }): Promise<RegExpMatchArray>;
  write(text: string): void;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, and waits until it is gone. */
  kill9(): Promise<ProgramExit>;
  /** Asks with a signal, waits, and kills what did not listen. */
  end(options?: { readonly signal?: NodeJS.Signals; readonly withinMs?: number }): Promise<ProgramExit>;
  readonly exited: Promise<ProgramExit>;
  isRunning(): boolean;
}

const OUTPUT_BYTES_MAX = 1 << 20;

/** Programs start in half the processor time when one before them has compiled what they load. */
const COMPILED =
  process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };

export function spawnProgram({ argv: [file, ...args], env, cwd }: ProgramOptions): Program {
  // Its own process group, so that what it started in turn can be reaped with it.
  const child = spawn(file, args, {
    cwd,
    env: { ...(env ?? process.env), ...COMPILED },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const all = collect();
  const out = collect();
  const err = collect();
  for (const [stream, own] of [
    [child.stdout, out],
    [child.stderr, err],
  ] as const) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      own.add(text);
      all.add(text);
    });
  }
  // A program that ended before it read its input is no failure of the test's.
  child.stdin.on("error", () => {});

  const state: { exit?: ProgramExit; failure?: Error } = {};
  const exited = new Promise<ProgramExit>((resolve) => {
    // "close" rather than "exit": all output has arrived.
    child.once("close", (code, signal) => {
      state.exit = { code, signal };
      resolve(state.exit);
    });
    child.once("error", (error) => {
      state.failure = error;
      if (child.pid !== undefined) return;
      state.exit = { code: null, signal: null };
      resolve(state.exit);
    });
  });
  const release = reapOnExit(() => killGroup(child));
  void exited.then(release);

  const kill9 = async (): Promise<ProgramExit> => {
    child.kill("SIGKILL");
    // A grandchild may hold the pipes open, which would delay "close" for ever.
    killGroup(child);
    return exited;
  };
  const end: Program["end"] = async ({ signal = "SIGTERM", withinMs = 10_000 } = {}) => {
    if (state.exit) return state.exit;
    child.kill(signal);
    const waited = eventually(() => state.exit, { withinMs, what: `${file} to end after ${signal}` });
    return waited.catch(() => kill9());
  };

  return {
    get pid() {
      if (child.pid === undefined) throw new Error(`${file} could not be started: ${state.failure?.message}`);
      return child.pid;
    },
    output: all.text,
    stdout: out.text,
    stderr: err.text,
    exited,
    isRunning: () => state.exit === undefined,
    waitForLine: async (pattern, { withinMs = 30_000 } = {}) => {
      const found = await eventually(
        () => {
          const match = all.lines().find((line) => pattern.test(line));
          if (match !== undefined) return { line: match };
          return state.exit && { exit: state.exit };
        },
        { withinMs, what: `a line matching ${pattern} from ${file}` },
      ).catch((error: Error) => {
        throw new Error(`${error.message}\nOutput:\n${all.text()}`);
      });
      if ("exit" in found) {
        const reason = state.failure?.message ?? `code ${found.exit.code}, signal ${found.exit.signal}`;
        throw new Error(`${file} ended (${reason}) before a line matched ${pattern}. Output:\n${all.text()}`);
      }
      return found.line.match(pattern) as RegExpMatchArray;
    },
    write: (text) => void child.stdin.write(text),
    signal: (name) => void child.kill(name),
    kill9,
    end,
    [Symbol.asyncDispose]: async () => {
      if (!state.exit) await kill9();
      else killGroup(child);
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: the whole group is gone, which is what was wanted.
  }
}

/** The tail of a stream, bounded. */
function collect() {
  let text = "";
  return {
    add: (more: string) => {
      text = (text + more).slice(-OUTPUT_BYTES_MAX);
    },
    text: () => text,
    lines: () => text.split(/\r?\n/),
  };
}
