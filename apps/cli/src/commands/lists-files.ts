import { writeFileSync } from "node:fs";
import { Option } from "@commander-js/extra-typings";
import { listImported } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { LIST_FORMATS, LIST_LIMITS, type ListFormat } from "@cordon/core/lists";
import type { Host, RegisterCommand } from "../command/host.ts";
import { readText } from "../rules/read-rule-files.ts";
import { changedText } from "./lists-content.ts";
import { pathOf } from "./lists-shape.ts";

const FORMAT_TEXT = "when the file's name does not say it: csv, jsonl (an entry in JSON per line)";

/** Many entries at once. */
export const registerListFiles: RegisterCommand = (lists, host) => {
  lists
    .command("import")
    .description("take entries from a file: all lines, or none with what is wrong with each")
    .argument("<list>", "its name")
    .argument("<file>", "CSV whose first line names the columns, or JSON Lines; - for standard input")
    .addOption(new Option("--format <format>", FORMAT_TEXT).choices(LIST_FORMATS))
    .option("--only", "whatever else stands in the list is removed")
    .option("--reason <text>", "why; kept in the history")
    .option("-y, --yes", "do not ask")
    .action((name, file, options) => importFile(host, name, file, options));
  lists
    .command("export")
    .description("all entries, as import takes them back")
    .argument("<list>", "its name")
    .addOption(new Option("--format <format>", "csv, jsonl").choices(LIST_FORMATS))
    .option("--out <file>", "where they go; standard output without it")
    .option("--force", "replace the file of --out")
    .action(async (name, { format, out, force }) => {
      const wanted = format ?? (out === undefined ? "csv" : (formatOf(out) ?? "csv"));
      const text = await (await host.api()).text(`${await pathOf(host, name)}/export`, { format: wanted });
      if (out === undefined) host.out(text.trimEnd());
      else {
        writeOut(out, text, force === true);
        host.print({ list: name, file: out, format: wanted }, () => `"${name}" is in ${out}.`);
      }
    });
};

const CONTENT_TYPES: Readonly<Record<ListFormat, string>> = { csv: "text/csv", jsonl: "application/x-ndjson" };

interface ImportOptions {
  readonly format?: ListFormat | undefined;
  readonly only?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly yes?: boolean | undefined;
}

async function importFile(host: Host, name: string, file: string, options: ImportOptions): Promise<void> {
  const { only = false, reason, yes } = options;
  const format = options.format ?? formatOf(file);
  if (format === undefined) throw new AppError("cli.usage", `${file} does not say what it is; give --format`);
  const text = file === "-" ? await host.readStdin() : readText(file);
  const bytes = Buffer.byteLength(text);
  if (bytes > LIST_LIMITS.importBytesMax) {
    throw new AppError("cli.usage", `${file} has ${bytes} bytes; at most ${LIST_LIMITS.importBytesMax}: split it`);
  }
  if (only) await host.confirm(`Remove from "${name}" whatever is not in ${file}?`, yes);
  const path = `${await pathOf(host, name)}/import`;
  const query = { format, only, reason };
  const done = await (await host.api()).postText(path, text, CONTENT_TYPES[format], listImported, query);
  const over = done.over === 0 ? "" : ` ${done.over} left out, for they have ended already.`;
  host.print(done, () => `${changedText(name, done)}${over}`);
}

function formatOf(file: string): ListFormat | undefined {
  if (file.endsWith(".csv")) return "csv";
  return /\.(?:jsonl|ndjson)$/.test(file) ? "jsonl" : undefined;
}

function writeOut(file: string, text: string, replace: boolean): void {
  try {
    writeFileSync(file, text, { flag: replace ? "w" : "wx" });
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const what = exists ? `${file} is there already; --force replaces it` : (cause as Error).message;
    throw new AppError("cli.usage", what, { cause });
  }
}
