import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { LedgerEntry } from "@cordon/agent-core";
import { openLedgerReader } from "@cordon/agent-store";
import { AppError } from "@cordon/core/kernel";
import type { AgentConfig } from "./config/index.ts";

/** Read at once; a running agent is not kept from writing meanwhile. */
const PAGE = 500;

export interface ExportFilter {
  /** Epoch ms: entries that changed since. */
  readonly since?: number;
  readonly endpoint?: string;
}

/** Every entry by rising action id, one JSON text each, behind `after`. Returns how many were told. */
export function exportLedger(
  config: AgentConfig,
  after: string,
  { since = 0, endpoint }: ExportFilter,
  onLine: (line: string) => void,
): number {
  const reader = openLedgerReader(config.stateDir);
  if (reader === undefined) return 0;
  let told = 0;
  const fits = ({ changedAt, order }: LedgerEntry) =>
    changedAt >= since && (endpoint === undefined || order.endpointId === endpoint);
  try {
    let last = after;
    for (;;) {
      const page = reader.entriesAfter(last, PAGE);
      for (const entry of page) {
        last = entry.order.actionId;
        if (!fits(entry)) continue;
        onLine(JSON.stringify(entry));
        told++;
      }
      if (page.length < PAGE) return told;
    }
  } finally {
    reader.close();
  }
}

/** A file of lines that is gone on with: what was cut off in its last line is written again. */
export function openExportFile(
  file: string,
  resume: boolean,
): {
  readonly after: string;
  write(line: string): void;
  close(): void;
} {
  const fd = openOrTell(file, resume);
  const { after, bytes } = resume ? lastLineOf(fd) : { after: "", bytes: 0 };
  if (resume) ftruncateSync(fd, bytes);
  return {
    after,
    write: (line) => void writeSync(fd, `${line}\n`),
    close: () => closeSync(fd),
  };
}

function openOrTell(file: string, resume: boolean): number {
  try {
    return openSync(file, resume ? "a+" : "wx", 0o600);
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const text = exists ? `${file} is there already: --resume goes on with it` : (cause as Error).message;
    throw new AppError("config.invalid", `--out: ${text}`, { cause });
  }
}

/** The action id of the last whole line, and where that line ends. */
function lastLineOf(fd: number): { readonly after: string; readonly bytes: number } {
  const { size } = fstatSync(fd);
  const from = Math.max(0, size - LAST_LINE_BYTES_MAX);
  const tail = Buffer.alloc(size - from);
  readSync(fd, tail, 0, tail.length, from);
  const end = tail.lastIndexOf(0x0a) + 1;
  const lines = tail.subarray(0, end).toString("utf8").trimEnd().split("\n");
  try {
    const entry = JSON.parse(lines.at(-1) ?? "") as LedgerEntry;
    return { after: entry.order.actionId, bytes: from + end };
  } catch (thrown) {
    if (size === 0) return { after: "", bytes: 0 };
    throw new AppError("config.invalid", "--resume: the file is no export of a ledger", { cause: thrown });
  }
}

/** An entry with the most indicators that an order may have. */
const LAST_LINE_BYTES_MAX = 4 * 1_048_576;
