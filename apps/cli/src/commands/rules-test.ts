import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { printRuleFileProblem, re2Engine } from "@cordon/contracts";
import { loadRuleTests, type RuleTestSuite } from "@cordon/contracts/rule-tests";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { AppError } from "@cordon/core/kernel";
import { catalogueOf } from "@cordon/core/lists";
import type { Host } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { loadRules, readRuleFiles, readText } from "../rules/read-rule-files.ts";
import { formatRuleTests, type RuleTestRun } from "../show/rule-test.ts";

export function registerRuleTests(rules: CommandUnknownOpts, host: Host): void {
  rules
    .command("test")
    .description(
      "run the tests that stand beside rules (*.test.yaml), by the production engine; no coordinator is asked. 1 when one fails",
    )
    .argument("<places...>", "folders with rules and their tests, or files of both kinds")
    .option("--coverage", "name rules that no test meets, and conditions that never held or never failed")
    .option("--min-rules <percent>", "1 when fewer of the rules are met", percent)
    .option("--min-clauses <percent>", "1 when fewer of the conditions are exercised both ways", percent)
    .action((places, options) => test(host, places, options));
}

interface Options {
  readonly coverage?: true | undefined;
  readonly minRules?: number | undefined;
  readonly minClauses?: number | undefined;
}

const TEST_FILE = /\.test\.ya?ml$/;

async function test(host: Host, places: readonly string[], { coverage, minRules, minClauses }: Options): Promise<void> {
  const suites = readSuites(places.flatMap(testFilesIn));
  const ruleFiles = readRuleFiles(places.filter((place) => !TEST_FILE.test(place)));
  const lists = catalogueOf(new Map(suites.flatMap((suite) => [...suite.lists.shapes])));
  const loaded = loadRules(ruleFiles, lists);
  if (!loaded.ok) throw new AppError("rules.invalid", loaded.problems.map(printRuleFileProblem).join("\n"));
  // Planning is the coordinator's: it is loaded only here, so that other commands start as fast as before.
  const { compareDecisions, createCoverageBook, runRuleTest } = await import("@cordon/coordinator-core");
  const options = { regex: re2Engine, catalogue: KUMA_CATALOGUE, lists };
  const book = createCoverageBook(loaded.ruleSet, options);
  const tests: RuleTestRun["tests"][number][] = [];
  for (const {
    file,
    estate,
    lists: { facts },
    tests: own,
  } of suites) {
    for (const { name, place, events, rules, expect } of own) {
      const decided = await runRuleTest(loaded.ruleSet, estate, events, facts);
      book.note(
        events.map(({ event }) => event),
        decided,
        facts,
      );
      const looked = rules === undefined ? decided : decided.filter(({ ruleId }) => rules.includes(ruleId));
      const differences = compareDecisions(expect, looked);
      tests.push({ file, name, ...place, passed: differences.length === 0, differences });
    }
  }
  const covered = book.report();
  const wantsCoverage = coverage === true || minRules !== undefined || minClauses !== undefined;
  const short = [...shortOf("rules", covered.rules, minRules), ...shortOf("conditions", covered.clauses, minClauses)];
  const failed = tests.filter(({ passed }) => !passed).length;
  const ok = failed === 0 && short.length === 0;
  const run: RuleTestRun = { ok, tests, short, ...(wantsCoverage ? { coverage: covered } : {}) };
  host.print(run, () => formatRuleTests(run, host.paint));
  if (!ok) host.exitWith(EXIT.no);
}

function shortOf(
  what: string,
  { all, met }: { readonly all: number; readonly met: number },
  least: number | undefined,
): readonly string[] {
  if (least === undefined || all === 0 || met >= least * all) return [];
  const percents = [met / all, least].map((share) => `${Math.floor(share * 1_000) / 10} %`);
  return [`${percents[0]} of the ${what} are exercised (${met} of ${all}); ${percents[1]} are asked for`];
}

function testFilesIn(place: string): readonly string[] {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return TEST_FILE.test(place) ? [place] : [];
  return readdirSync(place)
    .filter((name) => TEST_FILE.test(name))
    .sort()
    .map((name) => path.join(place, name));
}

function readSuites(files: readonly string[]): readonly RuleTestSuite[] {
  if (files.length === 0) throw new AppError("cli.usage", "there is no file of tests: they end in .test.yaml");
  const problems: string[] = [];
  const suites = files.flatMap((name): readonly RuleTestSuite[] => {
    const loaded = loadRuleTests({ name, text: readText(name) });
    if (loaded.ok) return [loaded.suite];
    problems.push(...loaded.problems.map(printRuleFileProblem));
    return [];
  });
  if (problems.length > 0) throw new AppError("cli.usage", problems.join("\n"));
  return suites;
}

/** As a part of the whole, 0-1. */
function percent(text: string): number {
  const value = Number(text.replace(/%$/, ""));
  if (text.trim() !== "" && value >= 0 && value <= 100) return value / 100;
  throw new InvalidArgumentError("must be a share from 0 to 100");
}
