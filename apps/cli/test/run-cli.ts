import { type Clock, systemClock, systemRandom } from "@cordon/core/kernel";
import { runCli } from "../src/cli.ts";
import type { CliContext } from "../src/command/context.ts";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Answers of somebody who sits there; nobody does when left out. */
  readonly answers?: { readonly secret?: string; readonly yes?: boolean };
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Told of each line as it is written. */
  readonly onOut?: (line: string) => void;
  readonly onErr?: (line: string) => void;
  readonly terminal?: CliContext["terminal"];
  /** The user's browser; there is none when left out. */
  readonly browse?: CliContext["browse"];
}

/** What is watched is looked at as often as the tests ask. */
const QUICK: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) };

/** One command in this process: its exit code and what it wrote. */
export async function cordon(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const { answers } = options;
  const code = await runCli(argv, {
    env: options.env ?? {},
    clock: options.clock ?? QUICK,
    random: systemRandom,
    signal: options.signal ?? new AbortController().signal,
    out: (text) => {
      out.push(text);
      options.onOut?.(text);
    },
    err: (text) => {
      err.push(text);
      options.onErr?.(text);
    },
    terminal: options.terminal,
    ask:
      answers === undefined
        ? undefined
        : { secret: async () => answers.secret ?? "", yes: async () => answers.yes ?? false },
    browse: options.browse ?? (async () => false),
    readStdin: async () => options.stdin ?? "",
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
