import { closeSync, existsSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { AppError } from "@cordon/core/kernel";

/** Where an export goes. */
export interface ExportTarget {
  /** The number of the last entry that is there. */
  readonly after: number;
  write(text: string): void;
  close(): void;
}

/** A line of an export is never longer (`LINE_CHARS_MAX`, three bytes a character). */
const TAIL_BYTES = 262_144;

/**
 * Goes on behind what an earlier export left in the file, also one that was cut in the middle of a line: what is no whole line is fetched
 * again. Throws `cli.usage` when the file holds something else.
 */
export function openExportFile(file: string, from: number): ExportTarget {
  if (!existsSync(file) || statSync(file).size === 0) return target(openSync(file, "a", 0o600), from);
  const opened = openSync(file, "r+");
  const { size } = statSync(file);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(opened, bytes, 0, bytes.length, size - bytes.length);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, whole).toString("utf8").split("\n").filter(Boolean);
  const after = lines
    .reverse()
    .map(seqOf)
    .find((seq) => seq !== undefined);
  if (after === undefined) {
    closeSync(opened);
    throw new AppError("cli.usage", `${file} holds something else than an export; name another file`);
  }
  ftruncateSync(opened, size - bytes.length + whole);
  closeSync(opened);
  return target(openSync(file, "a", 0o600), after);
}

function target(opened: number, after: number): ExportTarget {
  return { after, write: (text) => void writeSync(opened, text), close: () => closeSync(opened) };
}

/** The last entry that a line says is there. */
function seqOf(line: string): number | undefined {
  try {
    const { type, seq, lastSeq, after } = JSON.parse(line);
    if (type === "entry" || type === "end" || type === "root") return seq;
    if (type === "stub") return lastSeq;
    return type === "chain" ? after : undefined;
  } catch {
    return undefined;
  }
}
