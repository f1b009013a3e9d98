import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { type Clock, systemClock } from "@cordon/core/kernel";
import type { DestinationStream } from "pino";

export interface LogFileLimits {
  /** A file that has grown to this becomes `<file>.1`, that one `<file>.2`, and so on. */
  readonly bytesMax: number;
  /** Files before the present one. */
  readonly filesMax: number;
  /** Files whose last line is older are removed. */
  readonly ageMsMax?: number;
}

/** Two of 64 MiB at most: days of a busy coordinator, and nothing that fills a site server's disk. */
export const LOG_FILE_LIMITS: LogFileLimits = { bytesMax: 64 * 1_048_576, filesMax: 1 };

/** Lines that wait for a disk that takes nothing, in bytes; newer ones are dropped. */
const WAITING_BYTES_MAX = 1_048_576;

export interface LogFile extends DestinationStream {
  flush(): void;
}

/**
 * Appends to the file (created 0600) and keeps a bounded number of older ones beside it; no line is split or lost. Everything
 * happens in the caller's turn: rotation in a thread or a stream of its own would lose the last lines of a process that ends,
 * and the packaged agent has no second file to start a thread from. A disk that is full or gone costs lines and is told on
 * stderr, never the process.
 */
export function openLogFile(
  file: string,
  limits: LogFileLimits = LOG_FILE_LIMITS,
  clock: Clock = systemClock,
): LogFile {
  mkdirSync(path.dirname(file), { recursive: true });
  let fd = openSync(file, "a", 0o600);
  let bytes = sizeOf(file);
  /** What the disk did not take, and the rest of a line that it took half of. */
  let waiting = Buffer.alloc(0);
  let failing = false;
  removeOld(file, limits, clock);

  function flush(): void {
    try {
      while (waiting.length > 0) waiting = waiting.subarray(writeSync(fd, waiting));
      failing = false;
    } catch (error) {
      if (!failing) tellOnStderr(`${file}: ${(error as Error).message}`);
      failing = true;
    }
  }

  function rotate(): void {
    try {
      shift(file, limits.filesMax);
      closeSync(fd);
      fd = openSync(file, "a", 0o600);
      removeOld(file, limits, clock);
    } catch {
      // Read-only folder: it goes on growing, which is better than losing lines.
    }
    bytes = 0;
  }

  return {
    write(line: string) {
      const added = Buffer.from(line);
      if (failing) flush();
      if (waiting.length + added.length <= WAITING_BYTES_MAX) {
        waiting = waiting.length === 0 ? added : Buffer.concat([waiting, added]);
        bytes += added.length;
      }
      flush();
      if (bytes >= limits.bytesMax && !failing) rotate();
    },
    flush,
  };
}

/** `<file>.1` is the newest of the older ones. */
export function olderLogFiles(file: string): readonly string[] {
  const prefix = `${path.basename(file)}.`;
  const folder = path.dirname(file);
  return namesIn(folder)
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,3}$/.test(name.slice(prefix.length)))
    .sort((left, right) => Number(left.slice(prefix.length)) - Number(right.slice(prefix.length)))
    .map((name) => path.join(folder, name));
}

function shift(file: string, filesMax: number): void {
  for (let number = filesMax - 1; number >= 1; number--) {
    if (sizeOf(`${file}.${number}`) > 0) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  }
  renameSync(file, `${file}.1`);
}

function removeOld(file: string, { filesMax, ageMsMax }: LogFileLimits, clock: Clock): void {
  for (const [index, name] of olderLogFiles(file).entries()) {
    const changedMs = statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const isOld = ageMsMax !== undefined && clock.now() - changedMs > ageMsMax;
    if (index >= filesMax || isOld) rmSync(name, { force: true });
  }
}

function tellOnStderr(reason: string): void {
  try {
    writeSync(2, `${JSON.stringify({ level: "error", op: "log.write", reason })}\n`);
  } catch {
    // Nobody is there to be told.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
