import type { DecisionOutcome } from "@cordon/core/planning";
import type { TestedDecision } from "./run-rule-test.ts";

/** What a test wants; what is absent is not compared. */
export interface WantedDecision {
  readonly event?: number;
  readonly rule: string;
  readonly action?: string;
  readonly outcome?: DecisionOutcome;
  readonly code?: string;
  readonly endpoint?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface Difference<T extends WantedDecision> {
  /** Absent: nothing was expected, and this was decided. */
  readonly wanted?: T;
  /** Absent: nothing was decided that it could be. */
  readonly got?: TestedDecision;
  /** Members that differ, of both. */
  readonly members: readonly string[];
}

/**
 * Each decision goes with one expectation, those first that fit wholly; of what is left the likest are held against each other.
 * Empty: the test passes.
 */
export function compareDecisions<T extends WantedDecision>(
  wanted: readonly T[],
  decided: readonly TestedDecision[],
): readonly Difference<T>[] {
  const left = [...decided];
  const unmet = wanted.filter((want) => {
    const index = left.findIndex((got) => differences(want, got).length === 0);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  const pairs = unmet.map((want): Difference<T> => {
    const [likest] = left
      .filter(({ ruleId, event }) => ruleId === want.rule && (want.event ?? event) === event)
      .map((got) => ({ got, members: differences(want, got) }))
      .sort((one, other) => one.members.length - other.members.length);
    if (likest === undefined) return { wanted: want, members: [] };
    left.splice(left.indexOf(likest.got), 1);
    return { wanted: want, ...likest };
  });
  return [...pairs, ...left.map((got): Difference<T> => ({ got, members: [] }))];
}

function differences(want: WantedDecision, got: TestedDecision): readonly string[] {
  const isOther = {
    event: want.event !== undefined && want.event !== got.event,
    rule: want.rule !== got.ruleId,
    action: want.action !== undefined && want.action !== got.action,
    outcome: want.outcome !== undefined && want.outcome !== got.outcome,
    code: want.code !== undefined && want.code !== got.code,
    endpoint: want.endpoint !== undefined && !isNamed(want.endpoint, got.endpointNames),
  };
  const args = Object.entries(want.arguments ?? {}).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(got.arguments?.[name]),
  );
  return [
    ...Object.entries(isOther).flatMap(([name, is]) => (is ? [name] : [])),
    ...args.map(([name]) => `arguments.${name}`),
  ];
}

function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((each) => each.toLowerCase() === name.toLowerCase());
}
