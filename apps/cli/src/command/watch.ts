import { AppError, asAppError } from "@cordon/core/kernel";
import { ApiFailure } from "../api/api-failure.ts";
import { formatTime } from "../show/times.ts";
import type { Host } from "./host.ts";

export const WATCH_FLAG = "-w, --watch";
export const WATCH_TEXT = "go on, and show what changes, until Ctrl-C";

/** Soon enough for eyes, and a light load for the coordinator. */
const LOOK_MS = 2_000;

export interface Look {
  readonly value: unknown;
  readonly text: () => string;
}

/**
 * Shows once, or again and again: redrawn on a terminal; elsewhere each change anew, with `--json` one line per change.
 * A coordinator that is away for a while does not end it.
 */
export async function showOrWatch(host: Host, watch: boolean | undefined, look: () => Promise<Look>): Promise<void> {
  if (watch !== true) {
    const { value, text } = await look();
    host.print(value, text);
    return;
  }
  let before: string | undefined;
  let firstLook = true;
  for (;;) {
    const seen = await tryLook(host, look, firstLook);
    firstLook = false;
    if ("trouble" in seen) drawTrouble(host, seen.trouble);
    else {
      const now = JSON.stringify(seen.value);
      if (host.terminal !== undefined && !host.json) drawLook(host, seen.text());
      else if (now !== before) host.print(seen.value, () => `${before === undefined ? "" : "\n"}${seen.text()}`);
      before = now;
    }
    await host.clock.sleep(LOOK_MS, host.signal);
  }
}

async function tryLook(host: Host, look: () => Promise<Look>, first: boolean): Promise<Look | { trouble: AppError }> {
  try {
    return await look();
  } catch (error) {
    // What cannot be reached at the first look is most likely mistyped.
    if (first || host.signal.aborted || !isPassing(error)) throw error;
    return { trouble: asAppError(error) };
  }
}

export function isPassing(error: unknown): boolean {
  if (error instanceof ApiFailure) return error.status >= 500 || error.status === 429;
  return error instanceof AppError && error.code === "cli.unreachable";
}

function drawLook(host: Host, text: string): void {
  host.terminal?.draw(`${text}\n\n${host.paint.dim(`${formatTime(host.clock.now())}  Ctrl-C ends`)}`);
}

function drawTrouble(host: Host, trouble: AppError): void {
  host.err(`cordon: ${trouble.message}; trying again`);
}
