/** Who has to say yes before something goes out. Several may ask for the same action: then each of them has to be met. */
export interface ApprovalPolicy {
  /** So many different persons, at least 1. */
  readonly need: number;
  /** Only they count: names, `role:NAME` for who has the role where the action is, `group:NAME`; absent: anybody who may approve. Never empty. */
  readonly of?: readonly string[];
  /** So long it is waited for them; absent: until the action's own deadline. */
  readonly timeoutMs?: number;
  /** What silence means at that moment. */
  readonly onTimeout: "deny" | "allow";
  /** Who asks for it does not count: who published the rule set, or ordered it by hand. */
  readonly notAuthor: boolean;
}

/** For what is held and nobody said how many: one person, whoever. */
export const PLAIN_APPROVAL: ApprovalPolicy = { need: 1, onTimeout: "deny", notAuthor: false };

export const APPROVAL_LIMITS = { needMax: 10, ofMax: 50, timeoutMsMin: 60_000, timeoutMsMax: 7 * 86_400_000 } as const;

/** The policies that count: those given, or the plain one. */
export function policiesOf(given: readonly ApprovalPolicy[]): readonly ApprovalPolicy[] {
  return given.length === 0 ? [PLAIN_APPROVAL] : given;
}

/** Whether so many different persons as are needed can be among those named: behind a role or a group are any number. */
export function canBeMet({
  need,
  of,
}: {
  readonly need: number;
  readonly of?: readonly string[] | undefined;
}): boolean {
  return of === undefined || of.some((name) => name.includes(":")) || new Set(of).size >= need;
}

/** When silence decides: the first of the waits, and never after the action's own deadline, which ends it anyway. */
export function approvalEnd(policies: readonly ApprovalPolicy[], from: number, deadline: number): number {
  return Math.min(deadline, ...policies.map(({ timeoutMs }) => from + (timeoutMs ?? Number.POSITIVE_INFINITY)));
}

/** What silence means when several ask: deny wins. */
export function silenceMeans(policies: readonly ApprovalPolicy[]): "deny" | "allow" {
  return policies.every(({ onTimeout }) => onTimeout === "allow") ? "allow" : "deny";
}

/** `2 of alice, bob, carol, but not who asks for it`, for people. */
export function printPolicy({ need, of, notAuthor }: ApprovalPolicy): string {
  const who = of === undefined ? `${need === 1 ? "1 person" : `${need} persons`}` : `${need} of ${of.join(", ")}`;
  return notAuthor ? `${who}, but not who asks for it` : who;
}
