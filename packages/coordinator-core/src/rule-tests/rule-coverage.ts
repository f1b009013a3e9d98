import type { CorrelationEvent } from "@cordon/core/event";
import { type RuleId, ruleId } from "@cordon/core/kernel";
import {
  type CompiledRuleSet,
  type CompileOptions,
  compileRules,
  evaluate,
  kinded,
  type ListFacts,
  NO_FACTS,
  printWhen,
  type Rule,
  type WhenNode,
} from "@cordon/core/rules";
import type { TestedDecision } from "./run-rule-test.ts";

/** Which rules and conditions the tests' events exercised. */
export interface RuleCoverage {
  /** Rules that no event of any test met. */
  readonly rules: { readonly all: number; readonly met: number; readonly never: readonly RuleId[] };
  /** Conditions that held for some event and did not hold for another. */
  readonly clauses: { readonly all: number; readonly met: number; readonly never: readonly SilentClause[] };
}

export interface SilentClause {
  readonly ruleId: RuleId;
  /** In KUMA's code mode. */
  readonly clause: string;
  /** It never held, it always held, or neither, for there was no event. */
  readonly missing: "holds" | "fails" | "both";
}

export interface CoverageBook {
  note(events: readonly CorrelationEvent[], decided: readonly TestedDecision[], lists?: ListFacts): void;
  report(): RuleCoverage;
}

interface Clause {
  readonly owner: RuleId;
  readonly node: WhenNode;
  held: boolean;
  failed: boolean;
}

/** Each condition is compiled as a rule of its own and asked of every event by the production engine. */
export function createCoverageBook({ rules }: CompiledRuleSet, options: CompileOptions): CoverageBook {
  const met = new Set<RuleId>();
  const clauses = new Map<RuleId, Clause>();
  const asked: Rule[] = [];
  for (const { rule } of rules) {
    for (const node of leavesOf(rule.when)) {
      const id = ruleId(`clause-${clauses.size}`);
      clauses.set(id, { owner: rule.id, node, held: false, failed: false });
      asked.push({ ...rule, id, when: node, mode: "observe", continue: true });
    }
  }
  const compilation = compileRules(asked, options);
  // More conditions than a set may have rules: nothing is said of them.
  if (!compilation.ok) clauses.clear();
  return {
    note(events, decided, lists = NO_FACTS.lists) {
      for (const decision of decided) met.add(decision.ruleId);
      if (!compilation.ok) return;
      for (const event of events) {
        const holding = new Set(
          evaluate(compilation.ruleSet, event, { ...NO_FACTS, lists }).matches.map(({ rule }) => rule.id),
        );
        for (const [id, clause] of clauses) {
          if (holding.has(id)) clause.held = true;
          else clause.failed = true;
        }
      }
    },
    report() {
      const silent = [...clauses.values()].filter(({ held, failed }) => !held || !failed);
      return {
        rules: {
          all: rules.length,
          met: met.size,
          never: rules.map(({ rule }) => rule.id).filter((id) => !met.has(id)),
        },
        clauses: {
          all: clauses.size,
          met: clauses.size - silent.length,
          never: silent.map(({ owner, node, held, failed }) => ({
            ruleId: owner,
            clause: printWhen(node),
            missing: held ? "fails" : failed ? "holds" : "both",
          })),
        },
      };
    },
  };
}

/** Conditions of a tree, also those of what it counts; how often that was is the rule's matter. */
function leavesOf(node: WhenNode): readonly WhenNode[] {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any":
      return known.nodes.flatMap(leavesOf);
    case "not":
      return leavesOf(known.node);
    case "count":
      return leavesOf(known.node.count.of);
    default:
      return [node];
  }
}
