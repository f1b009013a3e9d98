/** One measured number. `peer`, `peerValue`, `ratio` and `goal` are absent where there is none. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What else was measured in the same run, in the same unit. */
  readonly peer?: string;
  readonly peerValue?: number;
  /** value / peerValue. */
  readonly ratio?: number;
  /** What must hold, e.g. "ratio >= 0.7" or "value <= 6". */
  readonly goal?: string;
  /** False only when there is a goal and it is missed. */
  readonly ok: boolean;
}

export interface Goal {
  readonly of: "value" | "ratio";
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: { readonly name: string; readonly value: number };
  readonly goal?: Goal;
}

export function toFigure({ name, value, unit, peer, goal }: Measurement): Figure {
  const ratio = peer && round(value / peer.value);
  const judged = goal?.of === "ratio" ? ratio : round(value);
  const ok =
    goal === undefined ||
    (judged !== undefined && judged >= (goal.atLeast ?? -Infinity) && judged <= (goal.atMost ?? Infinity));
  return {
    name,
    value: round(value),
    unit,
    ...(peer && { peer: peer.name, peerValue: round(peer.value) }),
    ...(ratio !== undefined && { ratio }),
    ...(goal && { goal: goalText(goal) }),
    ok,
  };
}

function goalText({ of, atLeast, atMost }: Goal): string {
  const parts = [atLeast !== undefined && `${of} >= ${atLeast}`, atMost !== undefined && `${of} <= ${atMost}`];
  return parts.filter((part) => part !== false).join(" and ");
}

/** Three digits that count: a benchmark knows no more. */
function round(value: number): number {
  return Number(value.toPrecision(Math.abs(value) >= 1_000 ? 4 : 3));
}
