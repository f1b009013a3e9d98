import type { ActionKind } from "@cordon/core/action";
import { endpointKey } from "@cordon/core/guards";
import type { EndpointId, EpochMs, RuleId, SiteId } from "@cordon/core/kernel";

/** Something that was wanted on an endpoint: by a rule that only observes, or by a person. */
export interface Wanted {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  readonly endpointName: string;
  readonly kind: ActionKind;
  readonly at: EpochMs;
}

/** How well a rule that only observes does what people do by hand. */
export interface RuleScore {
  readonly ruleId: RuleId;
  readonly kinds: readonly KindScore[];
}

export interface KindScore {
  readonly kind: ActionKind;
  /** Occasions on which the rule would have ordered it; repeats on one endpoint within the window are one. */
  readonly observed: number;
  /** Of them, those on which a person ordered the same within the window, before or after. */
  readonly confirmed: number;
  /** Occasions on which people ordered it by hand, whatever for. */
  readonly byHand: number;
  /** Of them, those that the rule had seen, too. */
  readonly foreseen: number;
  /** `confirmed / observed`; absent without any. */
  readonly precision?: number;
  /** `foreseen / byHand`; absent without any. */
  readonly recall?: number;
  /** By how much the rule was earlier than the person: the median over what was confirmed. Negative: later. */
  readonly leadMs?: number;
  /** The newest that nobody ordered by hand, and the newest that the rule did not see. */
  readonly unconfirmed: readonly Wanted[];
  readonly missed: readonly Wanted[];
}

export const SCORE_LIMITS = {
  examplesMax: 20,
  /** Of each side; beyond it the newest count, and the answer says so. */
  decisionsMax: 20_000,
  windowMsMax: 7 * 86_400_000,
} as const;

/** `kinds`: what the rule may order; what people did of other kinds says nothing about it. */
export function scoreRule(
  ruleId: RuleId,
  kinds: readonly ActionKind[],
  {
    observed,
    byHand,
    windowMs,
  }: { readonly observed: readonly Wanted[]; readonly byHand: readonly Wanted[]; readonly windowMs: number },
): RuleScore {
  return {
    ruleId,
    kinds: kinds.map((kind) =>
      scoreKind(kind, occasionsOf(observed, kind, windowMs), occasionsOf(byHand, kind, windowMs), windowMs),
    ),
  };
}

/** What belongs together on one endpoint: the first and the last of it. */
interface Occasion {
  readonly first: Wanted;
  readonly until: EpochMs;
}

function scoreKind(
  kind: ActionKind,
  observed: readonly Occasion[],
  byHand: readonly Occasion[],
  windowMs: number,
): KindScore {
  const meets = (one: Occasion, other: Occasion) =>
    endpointKey(one.first) === endpointKey(other.first) &&
    one.first.at - windowMs <= other.until &&
    other.first.at - windowMs <= one.until;
  const byEndpoint = Map.groupBy(byHand, ({ first }) => endpointKey(first));
  const seenAt = Map.groupBy(observed, ({ first }) => endpointKey(first));
  const answers = observed.map((each) => byEndpoint.get(endpointKey(each.first))?.find((other) => meets(each, other)));
  const foreseen = byHand.filter(
    (each) => seenAt.get(endpointKey(each.first))?.some((other) => meets(each, other)) === true,
  );
  const confirmed = answers.filter((answer) => answer !== undefined).length;
  const leads = observed.flatMap(({ first }, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [answer.first.at - first.at];
  });
  const lead = leads.toSorted((left, right) => left - right)[Math.floor(leads.length / 2)];
  return {
    kind,
    observed: observed.length,
    confirmed,
    byHand: byHand.length,
    foreseen: foreseen.length,
    ...(observed.length === 0 ? {} : { precision: confirmed / observed.length }),
    ...(byHand.length === 0 ? {} : { recall: foreseen.length / byHand.length }),
    ...(lead === undefined ? {} : { leadMs: lead }),
    unconfirmed: newest(observed.filter((_each, index) => answers[index] === undefined)),
    missed: newest(byHand.filter((each) => !foreseen.includes(each))),
  };
}

function occasionsOf(all: readonly Wanted[], kind: ActionKind, windowMs: number): readonly Occasion[] {
  const open = new Map<string, { first: Wanted; until: EpochMs }>();
  const occasions: { first: Wanted; until: EpochMs }[] = [];
  for (const wanted of all.filter((each) => each.kind === kind).toSorted((left, right) => left.at - right.at)) {
    const key = endpointKey(wanted);
    const before = open.get(key);
    if (before !== undefined && wanted.at - before.until <= windowMs) {
      before.until = wanted.at;
      continue;
    }
    const occasion = { first: wanted, until: wanted.at };
    open.set(key, occasion);
    occasions.push(occasion);
  }
  return occasions;
}

function newest(occasions: readonly Occasion[]): readonly Wanted[] {
  return occasions
    .slice(-SCORE_LIMITS.examplesMax)
    .map(({ first }) => first)
    .reverse();
}
