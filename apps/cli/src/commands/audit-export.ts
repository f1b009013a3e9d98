import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { AppError } from "@cordon/core/kernel";
import { type ExportTarget, openExportFile } from "../audit/export-file.ts";
import { verifyFile } from "../audit/verify-file.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { formatReport } from "../show/audit.ts";
import { auditPath } from "./audit.ts";

/** New entries are looked for this often with `--follow`. */
const FOLLOW_MS = 2_000;

/** What is handed over to others, and what they prove it with. */
export const registerAuditExport: RegisterCommand = (audit, host) => {
  audit
    .command("export")
    .description(
      "all entries as JSON Lines, signed at their end; a file that is there is gone on with, without a gap or a repeat",
    )
    .option("--platform", "the chain of what belongs to no tenant")
    .option("--out <file>", "where they go; standard output without it")
    .option("--after <seq>", "only entries with a higher number", number, 0)
    .option("-f, --follow", "go on as new entries come, until Ctrl-C")
    .action((options) => exportChain(host, options));
  audit
    .command("verify")
    .description(
      "prove an export, without any coordinator: nothing changed, left out, put in or moved; 1 when it is not proven",
    )
    .argument("<file>", "an export; - for standard input")
    .requiredOption(
      "--key <fingerprint...>",
      "of the key that signs the chain, or a file that holds it; handed over another way than the export (cordon audit keys list)",
    )
    .action(async (file, { key }) => {
      const { terminal } = host;
      const report = await verifyFile(file, key.map(fingerprint), (lines) => {
        if (!host.json) terminal?.draw(`${lines.toLocaleString("en")} lines …`);
      });
      host.print(report, () => formatReport(report, host.paint));
      if (!report.ok) host.exitWith(EXIT.no);
    });
};

interface ExportOptions {
  readonly platform?: true;
  readonly out?: string;
  readonly after: number;
  readonly follow?: true;
}

async function exportChain(host: Host, { platform, out, after, follow }: ExportOptions): Promise<void> {
  const target: ExportTarget =
    out === undefined
      ? { after, write: (text) => host.out(text.trimEnd()), close: () => {} }
      : openExportFile(out, after);
  const path = `${await auditPath(host, platform)}/export`;
  const api = await host.api();
  let last = target.after;
  try {
    for (;;) {
      const text = await api.text(path, { after: last });
      const end = endOf(text);
      // Where there is nothing new, the end that is there stands.
      if (end.seq > last || last === 0) target.write(text);
      last = end.seq;
      if (!host.json && out !== undefined) host.terminal?.draw(`${last.toLocaleString("en")} entries …`);
      if (end.more === true) continue;
      if (follow !== true) break;
      await host.clock.sleep(FOLLOW_MS, host.signal);
    }
  } finally {
    target.close();
  }
  if (out !== undefined) {
    host.print({ file: out, after: target.after, upTo: last }, () => `${out} holds the entries up to ${last}.`);
  }
}

/** A part is whole when it ends with its `end`. */
function endOf(text: string): { readonly seq: number; readonly more?: true } {
  const last = text.trimEnd().split("\n").at(-1) ?? "";
  try {
    const line = JSON.parse(last);
    if (line.type === "end") return line;
  } catch {
    // Told below.
  }
  throw new AppError("cli.unexpected_answer", "the export broke off; run it again, and it goes on where it was");
}

const FINGERPRINT = /^[0-9a-f]{64}$/;

function fingerprint(text: string): string {
  const bare = text.replaceAll(":", "").toLowerCase();
  if (FINGERPRINT.test(bare)) return bare;
  const held = readKeyFile(text);
  if (held !== undefined && FINGERPRINT.test(held)) return held;
  throw new InvalidArgumentError(`${text} is neither a fingerprint (64 hex digits) nor a file that holds one`);
}

function readKeyFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim().toLowerCase();
  } catch {
    return undefined;
  }
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number");
  return value;
}
