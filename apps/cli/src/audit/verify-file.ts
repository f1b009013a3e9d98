import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type AuditReport, AuditVerifier } from "@cordon/core/audit";
import { AppError } from "@cordon/core/kernel";

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
    const input = file === "-" ? process.stdin : createReadStream(file);
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      verifier.line(line);
      if (++lines % PROGRESS_LINES === 0) onProgress(lines);
    }
  } catch (cause) {
    throw new AppError("cli.usage", `${file} cannot be read: ${String(cause)}`, { cause });
  }
  return verifier.end();
}
