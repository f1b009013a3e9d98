import { printRuleFileProblem, showRuleFileProblem } from "@cordon/contracts";
import { ruleSetWithSource } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { loadRules, readRuleFiles } from "../rules/read-rule-files.ts";
import { type ListsOptions, listsFor, tenantCatalogue } from "../rules/tenant-lists.ts";
import { plainLines } from "../show/lease.ts";
import { counted } from "../show/plain-text.ts";
import { formatRule } from "../show/rule.ts";

export const registerRuleChecks: RegisterCommand = (rules, host) => {
  rules
    .command("check")
    .description(
      "read rule files as one set and name every mistake; only with --tenant-lists a coordinator is asked. 1 when there is one",
    )
    .argument("<files...>", "files, or folders of which every .yaml is taken")
    .option("--lists <file>", "what lists the tenant has: the output of `cordon lists list --json`, or YAML like it")
    .option("--tenant-lists", "against the lists that the tenant has at the coordinator")
    .action((places, options) => check(host, places, options));
  rules
    .command("print")
    .description("the rules as they were understood, with defaults filled in and conditions in KUMA's code mode")
    .argument("[files...]", "files, or folders of which every .yaml is taken")
    .option("--active", "the tenant's active set instead of files")
    .option("--rule <id>", "only this one")
    .option("--lists <file>", "what lists the tenant has, for rules in files")
    .option("--tenant-lists", "against the lists that the tenant has at the coordinator")
    .action((places, options) => print(host, places, options));
};

async function check(host: Host, places: readonly string[], options: ListsOptions): Promise<void> {
  const files = readRuleFiles(places);
  const lists = await listsFor(host, options);
  const loaded = loadRules(files, lists);
  if (loaded.ok) {
    const { rules, contentHash } = loaded;
    const conflicts = loaded.conflicts();
    const shown = { ok: true, conflicts, files: files.length, rules: rules.map(({ id }) => id), contentHash };
    host.print(shown, () =>
      [
        ...conflicts.map((conflict) => host.paint.yellow(`warning  ${printRuleFileProblem(conflict)}`)),
        `${counted(rules.length, "rule")} in ${counted(files.length, "file")}: all right (content ${contentHash}).`,
      ].join("\n"),
    );
    return;
  }
  const { problems } = loaded;
  const textOf = new Map(files.map(({ name, text }) => [name, text]));
  const unasked = lists === undefined && problems.some(({ code }) => code === "unknown_list");
  host.print({ ok: false, files: files.length, problems }, () =>
    [
      ...problems.map((problem) => showRuleFileProblem(problem, textOf.get(problem.file) ?? "")),
      `${counted(problems.length, "mistake")}; nothing of this set can be used.`,
      ...(unasked ? ["No list was looked up: give --tenant-lists, or --lists with a description of them."] : []),
    ]
      .map(plainLines)
      .join("\n"),
  );
  host.exitWith(EXIT.no);
}

interface PrintOptions extends ListsOptions {
  readonly active?: boolean | undefined;
  readonly rule?: string | undefined;
}

async function print(host: Host, places: readonly string[], options: PrintOptions): Promise<void> {
  const { active = false, rule: only } = options;
  if (active === places.length > 0) throw new AppError("cli.usage", "give either files or --active");
  const path = active ? `${await host.tenantPath()}/rules/active` : undefined;
  const files =
    path === undefined ? readRuleFiles(places) : (await (await host.api()).get(path, ruleSetWithSource)).files;
  const loaded = loadRules(files, active ? await tenantCatalogue(host) : await listsFor(host, options));
  if (!loaded.ok) throw new AppError("rules.invalid", loaded.problems.map(printRuleFileProblem).join("\n"));
  const rules = loaded.ruleSet.rules.map(({ rule }) => rule).filter(({ id }) => only === undefined || id === only);
  if (rules.length === 0 && only !== undefined) throw new AppError("cli.usage", `no rule has the id "${only}"`);
  host.print({ items: rules, more: false }, () => rules.map((rule: Rule) => formatRule(rule)).join("\n\n"));
}
