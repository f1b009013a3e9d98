import type { FieldCatalogue } from "../event/index.ts";
import { checkApproval } from "./check-approval.ts";
import { checkCoolDown } from "./check-cool-down.ts";
import { checkFeatures } from "./check-features.ts";
import { checkActions } from "./compile-actions.ts";
import { below, type CompileContext, createContext, type Report } from "./compile-context.ts";
import { createNodePool, type NodePool } from "./compile-pool.ts";
import { type CompiledNode, compileWhen } from "./compile-when.ts";
import { type Counter, countersOf } from "./counters.ts";
import { counterRules } from "./counting.ts";
import { type RuleMatch, stopsOthers } from "./evaluate.ts";
import { CARRIED_OUT, type ListCatalogue, type RuleFeature } from "./facts.ts";
import { RULE_LIMITS as LIMITS } from "./limits.ts";
import { type ListNeed, listNeeds } from "./list-needs.ts";
import { Asking } from "./matching/asking.ts";
import type { RuleProblem } from "./problem.ts";
import type { RegexEngine } from "./regex-engine.ts";
import type { Rule, RuleLimits } from "./rule.ts";
import { buildIndex, type RuleIndex } from "./rule-index.ts";

export interface CompileOptions {
  readonly regex: RegexEngine;
  readonly catalogue: FieldCatalogue;
  /** The tenant's lists; absent: it has none. */
  readonly lists?: ListCatalogue;
  /** What the caller carries out beyond the plain rule; absent: `CARRIED_OUT`. Rules that ask for something else are refused. */
  readonly features?: ReadonlySet<RuleFeature>;
}

export interface CompiledRule extends RuleMatch {
  readonly when: CompiledNode;
}

/** Rules ready to be asked. Immutable: a new set is compiled beside the old one and swapped in. */
export interface CompiledRuleSet {
  /** In the order in which they are asked: higher priority first, then by id. */
  readonly rules: readonly CompiledRule[];
  readonly index: RuleIndex;
  /** Per rule: 1 when a match of it ends the search [R10]. */
  readonly stops: Uint8Array;
  /** Asks their conditions, one event at a time. */
  readonly asking: Asking;
  /** What they ask of the tenant's lists; empty when they ask nothing. */
  readonly lists: readonly ListNeed[];
  /** Which of its counters an event meets; absent when no rule counts. */
  readonly counting?: Counting;
}

export interface Counting {
  readonly ruleSet: CompiledRuleSet;
  /** By the id that stands for the counter in `ruleSet`. */
  readonly counters: ReadonlyMap<string, Counter>;
}

export type Compilation =
  | { readonly ok: true; readonly ruleSet: CompiledRuleSet }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

/** Compiles a whole set, or names every mistake in it: a set with one mistake is refused whole. */
export function compileRules(rules: readonly Rule[], options: CompileOptions): Compilation {
  const problems: RuleProblem[] = [];
  const features = options.features ?? CARRIED_OUT;
  const context = createContext(options.regex, options.catalogue, features, options.lists);
  const pool = createNodePool();
  const firstWithId = new Map<string, number>();
  const compiled = rules.slice(0, LIMITS.rulesMax).map((rule, ruleIndex): CompiledRule => {
    const report: Report = (path, code, message, suggestion) => {
      problems.push({
        ruleIndex,
        ruleId: rule.id,
        path,
        code,
        message,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    };
    const first = firstWithId.get(rule.id);
    if (first !== undefined) report(["id"], "duplicate_id", `the id "${rule.id}" is taken by another rule of this set`);
    else firstWithId.set(rule.id, ruleIndex);
    checkFeatures(rule, features, report);
    return compileRule(rule, context, pool, report);
  });
  const beyond = rules[LIMITS.rulesMax];
  if (beyond !== undefined) {
    const message = `the set has ${rules.length} rules; at most ${LIMITS.rulesMax}`;
    problems.push({ ruleIndex: LIMITS.rulesMax, ruleId: beyond.id, path: [], code: "limit", message });
  }
  if (problems.length > 0) return { ok: false, problems };
  const counters = counterRules(rules);
  if (counters.rules.length > LIMITS.countersMax) return { ok: false, problems: [tooManyCounters(rules)] };
  const ruleSet = { ...setOf(compiled, pool), lists: listNeeds(rules, options.catalogue) };
  if (counters.rules.length === 0) return { ok: true, ruleSet };
  return { ok: true, ruleSet: { ...ruleSet, counting: compileCounting(counters, context) } };
}

/** Named at the rule that has the one too many. */
function tooManyCounters(rules: readonly Rule[]): RuleProblem {
  const ids = new Set<string>();
  const ruleIndex = rules.findIndex((rule) => {
    for (const { id } of countersOf([rule])) ids.add(id);
    return ids.size > LIMITS.countersMax;
  });
  const message = `the set counts in more than ${LIMITS.countersMax} different ways; rules that count alike share a counter`;
  return { ruleIndex, ruleId: (rules[ruleIndex] as Rule).id, path: ["when"], code: "limit", message };
}

function setOf(compiled: readonly CompiledRule[], pool: NodePool): CompiledRuleSet {
  const ordered = compiled.toSorted(
    (left, right) => right.rule.priority - left.rule.priority || (left.rule.id < right.rule.id ? -1 : 1),
  );
  const index = buildIndex(ordered.map(({ when }) => when));
  const stops = Uint8Array.from(ordered, ({ rule }) => (stopsOthers(rule) ? 1 : 0));
  return { rules: ordered, index, stops, asking: new Asking(pool.finish()), lists: [] };
}

/** What is counted has been compiled as a part of its rule before, so there is nothing left to report. */
function compileCounting({ rules, counters }: ReturnType<typeof counterRules>, context: CompileContext): Counting {
  const pool = createNodePool();
  const compiled = rules.map((rule): CompiledRule => {
    const within = { ...context, calendars: rule.calendars ?? {} };
    return { rule, when: compileWhen(rule.when, within, pool, () => {}) };
  });
  return { ruleSet: setOf(compiled, pool), counters };
}

function compileRule(rule: Rule, context: CompileContext, pool: NodePool, report: Report): CompiledRule {
  const when = compileWhen(rule.when, { ...context, calendars: rule.calendars ?? {} }, pool, report);
  checkTarget(rule, context, report);
  checkActions(rule, context, report);
  checkWindows(rule.limits, report);
  checkCoolDown(rule.limits, report);
  checkApproval(rule, report);
  return { rule, when };
}

function checkWindows({ maxActions, maxSiteShare }: RuleLimits, report: Report): void {
  for (const [name, limit] of [
    ["maxActions", maxActions],
    ["maxSiteShare", maxSiteShare],
  ] as const) {
    if (limit === undefined) continue;
    const { windowMs } = limit;
    if (windowMs < LIMITS.windowMsMin || windowMs > LIMITS.windowMsMax) {
      report(["limits", name, "within"], "limit", "must be between 1 minute and 30 days");
    }
  }
  if (maxSiteShare !== undefined && !(maxSiteShare.share > 0 && maxSiteShare.share <= 1)) {
    report(["limits", "maxSiteShare", "share"], "limit", "must be over 0% and at most 100%");
  }
}

function checkTarget(rule: Rule, context: CompileContext, report: Report): void {
  if (rule.target.length === 0) report(["target"], "bad_operand", "a rule needs at least one way to find the endpoint");
  if (rule.target.length > LIMITS.targetStepsMax) {
    report(["target"], "limit", `the target has ${rule.target.length} steps; at most ${LIMITS.targetStepsMax}`);
  }
  for (const [index, step] of rule.target.entries()) {
    const at = below(report, "target", index);
    const type = context.fieldType(step.field, ["field"], at);
    if (type !== undefined && type !== "text" && type !== "texts") {
      at(["field"], "wrong_type", `${step.field} is a number and cannot name an endpoint`);
    }
    if (typeof step.site === "object") context.fieldType(step.site.field, ["site", "field"], at);
  }
}
