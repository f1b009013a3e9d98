import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Clock } from "@cordon/core/kernel";
import { olderLogFiles } from "@cordon/telemetry";

const PIECE_BYTES = 65_536;
const FOLLOW_MS = 250;

/** Every whole line of the log, the oldest file first. */
export function* readLog(file: string): Iterable<string> {
  for (const name of [...olderLogFiles(file)].reverse()) yield* linesOf(openTail(name));
  yield* linesOf(openTail(file));
}

function* linesOf(tail: Tail | undefined): Iterable<string> {
  if (tail === undefined) return;
  try {
    yield* tail.lines();
  } finally {
    tail.close();
  }
}

/** The whole log, and then each line as it is written, through rotations, until the signal. */
export async function followLog(
  file: string,
  onLine: (line: string) => void,
  deps: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** Everything that was there at the start was told. */
    readonly onCaughtUp: () => void;
  },
): Promise<void> {
  for (const name of [...olderLogFiles(file)].reverse()) for (const line of linesOf(openTail(name))) onLine(line);
  let tail = openTail(file);
  for (const line of tail?.lines() ?? []) onLine(line);
  deps.onCaughtUp();
  while (!deps.signal.aborted) {
    for (const line of tail?.lines() ?? []) onLine(line);
    const next = tail?.isRotated() === false ? tail : openTail(file);
    if (next !== tail) {
      // What was written between the last look and the rotation is in the file that we still hold.
      for (const line of tail?.lines() ?? []) onLine(line);
      tail?.close();
      tail = next;
    }
    await deps.clock.sleep(FOLLOW_MS, deps.signal).catch(() => {});
  }
  tail?.close();
}

interface Tail {
  /** Whole lines that came since the last call. */
  lines(): Iterable<string>;
  isRotated(): boolean;
  close(): void;
}

function openTail(file: string): Tail | undefined {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch {
    return undefined;
  }
  const piece = Buffer.alloc(PIECE_BYTES);
  let rest = Buffer.alloc(0);
  return {
    *lines() {
      for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
        rest = Buffer.concat([rest, piece.subarray(0, read)]);
        for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
          yield rest.subarray(0, end).toString("utf8");
          rest = rest.subarray(end + 1);
        }
      }
    },
    isRotated: () => statSync(file, { throwIfNoEntry: false })?.ino !== fstatSync(fd).ino,
    close: () => closeSync(fd),
  };
}
