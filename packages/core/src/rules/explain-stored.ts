import type { CorrelationEvent } from "../event/index.ts";
import type { RuleId } from "../kernel/index.ts";
import { printWhen } from "./code-mode/index.ts";
import type { CompiledRuleSet } from "./compile-rules.ts";
import type { CompiledNode } from "./compile-when.ts";
import { stopsOthers } from "./evaluate.ts";
import type { FailedClause } from "./explain.ts";
import { shorten, whatIsSaid } from "./explain-leaf.ts";
import { NO_FACTS } from "./matching/asking.ts";
import type { RulePath } from "./problem.ts";
import { kinded, type WhenNode } from "./when.ts";

/** [T2] Why a rule met an event of the past, or why not, as far as what is stored proves it. */
export type StoredExplanation =
  | { readonly ruleId: RuleId; readonly kind: "matched" }
  | { readonly ruleId: RuleId; readonly kind: "not_matched"; readonly clause: FailedClause }
  /** It was not asked: the rule `by` matched before and says `continue: false`. */
  | { readonly ruleId: RuleId; readonly kind: "stopped"; readonly by: RuleId }
  /** It was not met; which of these clauses failed, lists and counts of that time would have to say. */
  | { readonly ruleId: RuleId; readonly kind: "not_known"; readonly clauses: readonly FailedClause[] }
  /** The record has no decision of a rule that meets the event by everything that is known. */
  | { readonly ruleId: RuleId; readonly kind: "unrecorded"; readonly message: string };

/**
 * One answer per rule, in the order in which they were asked. `met`: the rules that the stored decisions prove to have met the
 * event. The event is stored, so what asks it alone is answered exactly; what asks lists or counts is not guessed by what they say
 * today: it follows from `met`, or is left open by name [R30].
 */
export function explainStored(
  { rules }: Pick<CompiledRuleSet, "rules">,
  event: CorrelationEvent,
  met: ReadonlySet<RuleId>,
): readonly StoredExplanation[] {
  let stoppedBy: RuleId | undefined;
  return rules.map(({ rule, when }): StoredExplanation => {
    const ruleId = rule.id;
    if (stoppedBy !== undefined) return { ruleId, kind: "stopped", by: stoppedBy };
    if (met.has(ruleId)) {
      if (stopsOthers(rule)) stoppedBy = ruleId;
      return { ruleId, kind: "matched" };
    }
    const answer = ask(when, ["when"], event.fields);
    if (answer.kind === "fails") return { ruleId, kind: "not_matched", clause: answer.clause };
    if (answer.kind === "holds") return { ruleId, kind: "unrecorded", message: UNRECORDED };
    const [only, ...others] = answer.clauses;
    // Everything else holds, and the rule was not met: it was this one.
    if (only !== undefined && others.length === 0) return { ruleId, kind: "not_matched", clause: byElimination(only) };
    return { ruleId, kind: "not_known", clauses: answer.clauses };
  });
}

const UNRECORDED =
  "By the event alone it is met, but no decision of it is stored: the site ran another set, or the decision was removed.";

type Answer =
  | { readonly kind: "holds" }
  | { readonly kind: "fails"; readonly clause: FailedClause }
  /** What would have to be known; at least one. */
  | { readonly kind: "open"; readonly clauses: readonly FailedClause[] };

const HOLDS: Answer = { kind: "holds" };

/** In the order in which the rule is written. What fails for certain beats what is open. */
function ask(node: CompiledNode, path: RulePath, fields: CorrelationEvent["fields"]): Answer {
  switch (node.kind) {
    case "test": {
      if (asksOthers(node.leaf)) {
        return {
          kind: "open",
          clauses: [
            {
              path,
              message: `${shorten(printWhen(node.leaf))}: what the list said then is not stored; ${keysOf(node.leaf, fields)}.`,
            },
          ],
        };
      }
      if (node.test(fields, NO_FACTS)) return HOLDS;
      return {
        kind: "fails",
        clause: {
          path,
          message: `${shorten(printWhen(node.leaf))} fails: ${whatIsSaid(node.leaf, { fields, facts: NO_FACTS })}.`,
        },
      };
    }
    case "all": {
      const answers = node.nodes.map((child, index) => ask(child, [...path, "all", index], fields));
      return answers.find(({ kind }) => kind === "fails") ?? openOf(answers) ?? HOLDS;
    }
    case "any": {
      const answers = node.nodes.map((child, index) => ask(child, [...path, "any", index], fields));
      if (answers.some(({ kind }) => kind === "holds")) return HOLDS;
      const open = openOf(answers);
      if (open !== undefined) return open;
      const [first, ...others] = answers.flatMap((answer) => (answer.kind === "fails" ? [answer.clause] : []));
      if (first !== undefined && others.length === 0) return { kind: "fails", clause: first };
      const message = `None of ${node.nodes.length} alternatives holds. The first: ${first?.message ?? "it has none"}`;
      return { kind: "fails", clause: { path, message } };
    }
    case "not": {
      const answer = ask(node.node, [...path, "not"], fields);
      if (answer.kind === "fails") return HOLDS;
      if (answer.kind === "open") return answer;
      return {
        kind: "fails",
        clause: { path, message: `It must not hold, but does: ${shorten(printWhen(node.negated))}.` },
      };
    }
    case "count": {
      const answer = ask(node.of, [...path, "count", "of"], fields);
      if (answer.kind === "fails") return answer;
      const { count } = node;
      const counted = count.distinct === undefined ? "events" : `different ${count.distinct}`;
      const message = `${shorten(printWhen({ count }))}: ${count.atLeast} ${counted} were needed, and how many there were is not stored.`;
      const clause = { path, message };
      return { kind: "open", clauses: answer.kind === "open" ? [...answer.clauses, clause] : [clause] };
    }
  }
}

function openOf(answers: readonly Answer[]): Answer | undefined {
  const clauses = answers.flatMap((answer) => (answer.kind === "open" ? answer.clauses : []));
  return clauses.length === 0 ? undefined : { kind: "open", clauses };
}

function byElimination({ path, message }: FailedClause): FailedClause {
  return { path, message: `It did not hold, for everything else does. ${message}` };
}

const LIST_OPERATORS: ReadonlySet<string> = new Set(["inCategory", "inActiveDirectoryGroup", "TIDetect"]);

/** Whether a leaf asks the tenant's lists, too. */
function asksOthers(leaf: WhenNode): boolean {
  const known = kinded(leaf);
  if (known.kind !== "condition") return true;
  const { op, valueCell, valueList } = known.node;
  return LIST_OPERATORS.has(op) || valueCell !== undefined || valueList !== undefined;
}

/** What the event says to the fields that the leaf looks up by. */
function keysOf(leaf: WhenNode, fields: CorrelationEvent["fields"]): string {
  const known = kinded(leaf);
  const named =
    known.kind === "entry"
      ? known.node.key
      : known.kind === "cell"
        ? known.node.cell.key
        : known.kind === "vulnerability" || known.kind === "condition"
          ? [known.node.field]
          : [];
  return named
    .map((field) =>
      fields[field] === undefined
        ? `${field} is absent from the event`
        : `${field} is ${shorten(JSON.stringify(fields[field]))}`,
    )
    .join(", and ");
}
