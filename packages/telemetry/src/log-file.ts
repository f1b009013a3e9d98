import { renameSync, statSync } from "node:fs";
import { type DestinationStream, pino } from "pino";

/** Two of these at most lie on the disk: days of a busy coordinator, and nothing that fills a site server's disk. */
export const LOG_FILE_BYTES_MAX = 64 * 1_048_576;

export interface LogFile extends DestinationStream {
  flush(): void;
}

/**
 * Appends to the file (created 0600). When it has grown to `bytesMax` it becomes `<file>.1`, replacing the one before, and a new
 * one begins; no line is split or lost. A disk that is full or gone costs lines, never the process.
 */
export function openLogFile(file: string, bytesMax = LOG_FILE_BYTES_MAX): LogFile {
  const stream = pino.destination({ dest: file, mkdir: true, mode: 0o600, sync: true, append: true });
  stream.on("error", () => {});
  let bytes = sizeOf(file);
  return {
    write(line: string) {
      stream.write(line);
      bytes += Buffer.byteLength(line);
      if (bytes < bytesMax) return;
      try {
        renameSync(file, `${file}.1`);
        stream.reopen();
      } catch {
        // Read-only folder: it goes on growing, which is better than losing lines.
      }
      bytes = 0;
    },
    flush: () => stream.flushSync(),
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
