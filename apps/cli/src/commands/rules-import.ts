import { writeFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { printRuleFileProblem } from "@cordon/contracts";
import type { ActionKind } from "@cordon/core/action";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { AppError } from "@cordon/core/kernel";
import { catalogueOf } from "@cordon/core/lists";
import { TARGET_KEYS, type TargetStep } from "@cordon/core/rules";
import { importResources, type KumaResource, readResources, writeRuleFile } from "@cordon/kuma-resources";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { loadRules, readText } from "../rules/read-rule-files.ts";
import { formatImport } from "../show/import.ts";

interface Options {
  readonly out?: string | undefined;
  readonly target: readonly TargetStep[];
  readonly filterAction?: ActionKind | undefined;
  readonly force?: boolean | undefined;
}

export const registerRuleImport: RegisterCommand = (rules, host) => {
  rules
    .command("import")
    .description(
      "turn KUMA's response rules and filters (JSON) into rules that observe, and tell what became of each; 1 when one was not carried over",
    )
    .argument("<files...>", "resources as KUMA's REST API or an unpacked pack gives them")
    .option("--out <file>", "where the rules go; standard output without it, the report then to standard error")
    .option("--force", "replace the file of --out")
    .option(
      "--target <by=field>",
      "where the endpoint is looked for when a script does not say; several in order",
      step,
      [] as TargetStep[],
    )
    .addOption(
      new Option(
        "--filter-action <kind>",
        "make each filter a rule that would ask for this; without it, filters are reported as conditions",
      ).choices(FILTER_ACTIONS),
    )
    .action((files, options) => importFiles(host, files, options));
};

/** The one kind that needs no arguments which a filter could not give. */
const FILTER_ACTIONS = ["onDemandScan"] as const satisfies readonly ActionKind[];

/** Where KUMA's own enrichment and the usual normalisers put it. */
const TARGET_DEFAULT: readonly TargetStep[] = [
  { by: "hostId", field: "DeviceExternalID" },
  { by: "fqdn", field: "DestinationHostName" },
];

function importFiles(host: Host, files: readonly string[], options: Options): void {
  const resources = files.flatMap(resourcesOf);
  const { rules, report, lists } = importResources(resources, {
    catalogue: KUMA_CATALOGUE,
    target: options.target.length === 0 ? TARGET_DEFAULT : options.target,
    ...(options.filterAction === undefined ? {} : { filterAction: options.filterAction }),
  });
  const text = rules.length === 0 ? undefined : writeRuleFile(rules);
  const name = options.out ?? "imported.yaml";
  const checked =
    text === undefined
      ? undefined
      : loadRules([{ name, text }], catalogueOf(new Map(lists.map((list) => [list.name, list]))));
  const problems = checked === undefined || checked.ok ? [] : checked.problems;
  if (options.out !== undefined && text !== undefined) writeOut(options.out, text, options.force === true);
  const told = () =>
    formatImport({ report, rules: rules.length, lists, problems: problems.map(printRuleFileProblem) }, host.paint);
  if (host.json) host.print({ items: report, more: false, rules: text, lists, problems }, told);
  else if (options.out !== undefined) host.out(told());
  else {
    if (text !== undefined) host.out(text.trimEnd());
    host.err(told());
  }
  if (problems.length > 0 || report.some(({ outcome }) => outcome === "not_carried_over")) host.exitWith(EXIT.no);
}

function resourcesOf(file: string): readonly KumaResource[] {
  const read = readResources(readText(file));
  if (read.ok) return read.resources;
  throw new AppError("cli.usage", `${file}: ${read.problem}`);
}

function writeOut(file: string, text: string, replace: boolean): void {
  try {
    writeFileSync(file, text, { flag: replace ? "w" : "wx" });
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new AppError(
      "cli.usage",
      exists ? `${file} is there already; --force replaces it` : (cause as Error).message,
      { cause },
    );
  }
}

function step(text: string, before: TargetStep[]): TargetStep[] {
  const [by, field, ...rest] = text.split("=");
  const key = TARGET_KEYS.find((one) => one === by);
  if (key !== undefined && field !== undefined && field !== "" && rest.length === 0)
    return [...before, { by: key, field }];
  throw new InvalidArgumentError(`must be like hostId=DeviceExternalID, with one of ${TARGET_KEYS.join(", ")}`);
}
