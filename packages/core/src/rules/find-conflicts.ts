import type { ActionKind } from "../action/index.ts";
import type { FieldCatalogue } from "../event/index.ts";
import type { RulePath } from "./problem.ts";
import { mayHitTogether, mayMeetTogether, type RequiredValues, requiredValues } from "./required-values.ts";
import type { Rule } from "./rule.ts";

/** Two rules of a set that may work against each other on one host. It is no mistake, so the set is taken all the same. */
export interface RuleConflict {
  readonly code: ConflictCode;
  /** Places in the list that was handed in: the conflict is told at `ruleIndex`, which comes later. */
  readonly ruleIndex: number;
  readonly path: RulePath;
  readonly otherIndex: number;
  readonly otherPath: RulePath;
  /** One sentence: what would happen, and the mend. */
  readonly message: string;
}

export type ConflictCode = "actions_collide" | "order_unclear" | "approval_bypassed";

export interface Conflicts {
  readonly found: readonly RuleConflict[];
  /** False: there were more pairs, or more conflicts, than are looked at. */
  readonly complete: boolean;
}

export const CONFLICT_LIMITS = { conflictsMax: 100, pairsMax: 2_000_000 } as const;

/**
 * [R31] Looks at each two rules that one event could meet and lead to the same host. Whether an event could is read off equalities, so
 * a pair that can never meet for another reason may be told, and never one the other way round.
 */
export function findConflicts(rules: readonly Rule[], catalogue: FieldCatalogue): Conflicts {
  const isSingle = (field: string): boolean => SINGLE.has(catalogue.typeOf(field) ?? "");
  const acting = rules.flatMap((rule, index): readonly Acting[] =>
    rule.mode === "observe" ? [] : [{ rule, index, required: requiredValues(rule.when, isSingle) }],
  );
  const found: RuleConflict[] = acting.flatMap(withinItself);
  let pairs = 0;
  for (const [left, right] of pairsOf(acting)) {
    if (found.length >= CONFLICT_LIMITS.conflictsMax || ++pairs > CONFLICT_LIMITS.pairsMax) {
      return { found: found.slice(0, CONFLICT_LIMITS.conflictsMax), complete: false };
    }
    if (!mayMeetTogether(left.required, right.required) || !mayHitTogether(left.rule, right.rule)) continue;
    if (stopsBefore(left.rule, right.rule)) continue;
    found.push(...between(left, right));
  }
  return { found: found.slice(0, CONFLICT_LIMITS.conflictsMax), complete: true };
}

const SINGLE: ReadonlySet<string> = new Set(["text", "integer", "float", "time"]);

interface Acting {
  readonly rule: Rule;
  readonly index: number;
  readonly required: RequiredValues;
}

/** Each two once, the earlier first; those that ask the commonest field for different values are never paired. */
function* pairsOf(acting: readonly Acting[]): Generator<readonly [Acting, Acting]> {
  const field = commonestField(acting);
  const byValue = new Map<string, Acting[]>();
  const open: Acting[] = [];
  for (const each of acting) {
    const values = each.required.get(field);
    const seen = new Set<Acting>(open);
    const keys = values ?? byValue.keys();
    for (const key of keys) for (const other of byValue.get(key) ?? []) seen.add(other);
    for (const other of seen) yield [other, each];
    if (values === undefined) open.push(each);
    else for (const key of values) byValue.set(key, [...(byValue.get(key) ?? []), each]);
  }
}

function commonestField(acting: readonly Acting[]): string {
  const asked = new Map<string, number>();
  for (const { required } of acting) for (const field of required.keys()) asked.set(field, (asked.get(field) ?? 0) + 1);
  return [...asked].toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? "";
}

/** Once the one has matched, the other is not asked any more; with one priority each may come first. */
function stopsBefore(left: Rule, right: Rule): boolean {
  if (left.priority === right.priority) return false;
  const first = left.priority > right.priority ? left : right;
  return !first.continue;
}

function withinItself({ rule, index }: Acting): readonly RuleConflict[] {
  // In a chain their author has said which comes first.
  if (rule.chain !== undefined) return [];
  return rule.actions.flatMap(({ kind }, place) =>
    rule.actions.slice(0, place).flatMap(({ kind: earlier }, otherPlace) => {
      const why = collision(earlier, kind);
      if (why === undefined) return [];
      const message = `${kind} goes out beside ${earlier}, and ${why}: put them in order with \`chain: inOrder\``;
      return [conflict("actions_collide", [index, place], [index, otherPlace], message)];
    }),
  );
}

function between(left: Acting, right: Acting): readonly RuleConflict[] {
  const conflicts: RuleConflict[] = [];
  const [one, two] = [left.rule, right.rule];
  for (const [place, { kind }] of two.actions.entries()) {
    for (const [otherPlace, { kind: other }] of one.actions.entries()) {
      const why = collision(other, kind);
      if (why !== undefined) {
        const message =
          `rule "${one.id}" orders ${other} and "${two.id}" orders ${kind} on the same host for the same event, and ${why}: ` +
          "let one of them not match then, or put both actions into one rule with `chain: inOrder`";
        conflicts.push(conflict("actions_collide", [right.index, place], [left.index, otherPlace], message));
      }
      if (kind === other && waits(one) !== waits(two)) {
        const [free, waiting] = waits(one) ? [two, one] : [one, two];
        const message =
          `rule "${free.id}" orders ${kind} at once, and "${waiting.id}" waits for a person before it does the same on the same host for ` +
          "the same event: nobody would be asked. Give both the same mode and approval, or let one of them not match then";
        conflicts.push(conflict("approval_bypassed", [right.index, place], [left.index, otherPlace], message));
      }
    }
  }
  if (one.priority === two.priority && one.continue !== two.continue) {
    const stopping = one.continue ? two : one;
    const message =
      `rules "${one.id}" and "${two.id}" have the priority ${one.priority}, and "${stopping.id}" keeps rules after it from being asked: ` +
      "which of them comes first is only decided by their ids. Give them different priorities";
    conflicts.push({
      code: "order_unclear",
      ruleIndex: right.index,
      path: ["priority"],
      otherIndex: left.index,
      otherPath: ["priority"],
      message,
    });
  }
  return conflicts;
}

function conflict(
  code: ConflictCode,
  [ruleIndex, place]: readonly [number, number],
  [otherIndex, otherPlace]: readonly [number, number],
  message: string,
): RuleConflict {
  return {
    code,
    ruleIndex,
    path: ["actions", place, "kind"],
    otherIndex,
    otherPath: ["actions", otherPlace, "kind"],
    message,
  };
}

function waits({ mode, approval }: Rule): boolean {
  return mode === "hold" || approval !== undefined;
}

const COLLISIONS: readonly (readonly [ActionKind, ActionKind, string])[] = [
  ["isolateHost", "startProcess", "what is started on an isolated host reaches nothing but the KSC server"],
  ["preventExecution", "startProcess", "what is started may be what is prevented"],
  ["terminateProcess", "startProcess", "what is started may be what is ended"],
  ["quarantineFile", "getFile", "the file may be gone before it is fetched"],
  ["deleteFile", "getFile", "the file may be gone before it is fetched"],
  ["deleteFile", "quarantineFile", "a file that is deleted cannot be put in quarantine"],
  ["deleteFile", "startProcess", "what is started may have been deleted"],
  ["quarantineFile", "startProcess", "what is started may be in quarantine"],
];

function collision(left: ActionKind, right: ActionKind): string | undefined {
  const pair = COLLISIONS.find(([one, two]) => (one === left && two === right) || (one === right && two === left));
  return pair?.[2];
}
