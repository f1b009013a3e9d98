import { printRuleFileProblem } from "@cordon/contracts";
import { ruleSetWithSource } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { loadRules, readRuleFiles } from "../rules/read-rule-files.ts";
import { counted } from "../show/plain-text.ts";
import { formatRule } from "../show/rule.ts";

export const registerRuleChecks: RegisterCommand = (rules, host) => {
  rules
    .command("check")
    .description("read rule files as one set and name every mistake; no coordinator is asked. 1 when there is one")
    .argument("<files...>", "files, or folders of which every .yaml is taken")
    .action((places) => check(host, places));
  rules
    .command("print")
    .description("the rules as they were understood, with defaults filled in and conditions in KUMA's code mode")
    .argument("[files...]", "files, or folders of which every .yaml is taken")
    .option("--active", "the tenant's active set instead of files")
    .option("--rule <id>", "only this one")
    .action((places, { active, rule }) => print(host, places, active === true, rule));
};

function check(host: Host, places: readonly string[]): void {
  const files = readRuleFiles(places);
  const loaded = loadRules(files);
  if (loaded.ok) {
    const { rules, contentHash } = loaded;
    const conflicts = loaded.conflicts();
    const shown = { ok: true, conflicts, files: files.length, rules: rules.map(({ id }) => id), contentHash };
    host.print(
      shown,
      () =>
        [
          ...conflicts.map((conflict) => host.paint.yellow(`warning  ${printRuleFileProblem(conflict)}`)),
          `${counted(rules.length, "rule")} in ${counted(files.length, "file")}: all right (content ${contentHash}).`,
        ].join("\n"),
    );
    return;
  }
  const { problems } = loaded;
  host.print({ ok: false, files: files.length, problems }, () =>
    [
      ...problems.map(printRuleFileProblem),
      `${counted(problems.length, "mistake")}; nothing of this set can be used.`,
    ].join("\n"),
  );
  host.exitWith(EXIT.no);
}

async function print(host: Host, places: readonly string[], active: boolean, only: string | undefined): Promise<void> {
  if (active === places.length > 0) throw new AppError("cli.usage", "give either files or --active");
  const path = active ? `${await host.tenantPath()}/rules/active` : undefined;
  const files =
    path === undefined ? readRuleFiles(places) : (await (await host.api()).get(path, ruleSetWithSource)).files;
  const loaded = loadRules(files);
  if (!loaded.ok) throw new AppError("rules.invalid", loaded.problems.map(printRuleFileProblem).join("\n"));
  const rules = loaded.ruleSet.rules.map(({ rule }) => rule).filter(({ id }) => only === undefined || id === only);
  if (rules.length === 0 && only !== undefined) throw new AppError("cli.usage", `no rule has the id "${only}"`);
  host.print({ items: rules, more: false }, () => rules.map((rule: Rule) => formatRule(rule)).join("\n\n"));
}
