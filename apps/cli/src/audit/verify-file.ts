import { createReadStream } from "node:fs";
import { type AuditReport, AuditVerifier, LINE_CHARS_MAX } from "@cordon/core/audit";
import { AppError } from "@cordon/core/kernel";
import { boundedLines } from "./bounded-lines.ts";

const PROGRESS_LINES = 50_000;

/** Reads an export line by line, so that its length does not matter. Throws `cli.usage` when it cannot be read. */
export async function verifyFile(
  file: string,
  trusted: readonly string[],
  onProgress: (lines: number) => void,
): Promise<AuditReport> {
  const verifier = new AuditVerifier(trusted);
  try {
    let lines = 0;
    const input = file === "-" ? process.stdin.setEncoding("utf8") : createReadStream(file, "utf8");
    for await (const line of boundedLines(input, LINE_CHARS_MAX)) {
      verifier.line(line);
      if (++lines % PROGRESS_LINES === 0) onProgress(lines);
    }
  } catch (cause) {
    throw new AppError("cli.usage", `${file} cannot be read: ${String(cause)}`, { cause });
  }
  return verifier.end();
}
