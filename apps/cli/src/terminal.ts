import { text } from "node:stream/consumers";
import { createLogUpdate } from "log-update";
import type { CliContext } from "./command/context.ts";

type Streams = Pick<CliContext, "out" | "err" | "terminal" | "ask" | "browse" | "readStdin">;

/** Standard streams as the commands use them. What is asked and drawn goes to where somebody looks, never into a pipe. */
export function openTerminal(env: CliContext["env"]): Streams {
  const isTerminal = process.stdout.isTTY && env.TERM !== "dumb";
  const log = createLogUpdate(process.stdout);
  let drawn = false;
  const wipe = () => {
    if (drawn) log.clear();
    drawn = false;
  };
  return {
    out: (line) => {
      wipe();
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      wipe();
      process.stderr.write(`${line}\n`);
    },
    terminal: isTerminal
      ? {
          colours: env.NO_COLOR === undefined || env.NO_COLOR === "",
          draw: (frame) => {
            drawn = true;
            log(frame);
          },
          keep: () => {
            drawn = false;
            log.done();
          },
        }
      : undefined,
    ask: process.stdin.isTTY ? createAsk() : undefined,
    browse: async (url) => (await import("./login/open-browser.ts")).openBrowser(url, env),
    readStdin: () => text(process.stdin),
  };
}

function createAsk(): NonNullable<CliContext["ask"]> {
  const context = { output: process.stderr, clearPromptOnDone: false };
  return {
    secret: async (message) => (await import("@inquirer/password")).default({ message, mask: false }, context),
    yes: async (message) => (await import("@inquirer/confirm")).default({ message, default: false }, context),
  };
}
