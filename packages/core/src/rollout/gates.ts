/** What is measured of the sites that run the new set, since the wave's evidence began. */
export interface RolloutEvidence {
  /** Answers that the new set's rules gave there: without any, nothing was tried. */
  readonly decisions: number;
  /** In the inventory of those sites. */
  readonly endpoints: number;
  /** Isolations that the new set ordered and that nothing held back. */
  readonly isolations: number;
  /** Of these, so many that a person ended soon after. */
  readonly releases: number;
  /** Actions of the new set that came to an end, and those whose effect is not known. */
  readonly ended: number;
  readonly unknown: number;
  /** Endpoints on which the new set acted, and the largest part of its slots that it took on one of them, 0 to 1. */
  readonly endpointsActed: number;
  readonly slotShare: number;
}

export interface Gate {
  /** What is more than this is bad. */
  readonly max: number;
  /** With less than this to go by there is no verdict. 0: silence passes. */
  readonly sampleMin: number;
}

/** An absent gate is not asked. */
export interface Gates {
  /** Isolations per 1,000 endpoints; one is always allowed. Sample: decisions. */
  readonly isolations?: Gate;
  /** The part of the isolations that a person ended within `withinMs`, 0 to 1. Sample: isolations. */
  readonly releases?: Gate & { readonly withinMs: number };
  /** The part of the ended actions whose effect is unknown, 0 to 1. Sample: ended actions. */
  readonly unknown?: Gate;
  /** The largest part of one endpoint's slots that the set's actions took, 0 to 1. Sample: endpoints acted on. */
  readonly budget?: Gate;
}

export const GATE_NAMES = ["isolations", "releases", "unknown", "budget"] as const;
export type GateName = (typeof GATE_NAMES)[number];

/**
 * Enough to stop a rule that isolates what it should not, little enough that a quiet fleet is not held up by more than one
 * question: a set whose rules met nothing proves nothing.
 */
export const DEFAULT_GATES = {
  isolations: { max: 20, sampleMin: 10 },
  releases: { max: 0.2, sampleMin: 0, withinMs: 3_600_000 },
  unknown: { max: 0.1, sampleMin: 0 },
  budget: { max: 0.1, sampleMin: 0 },
} as const satisfies Gates;

export interface GateVerdict {
  readonly gate: GateName;
  /** [R5] `inconclusive` is not `good`. */
  readonly verdict: "good" | "bad" | "inconclusive";
  readonly value: number;
  readonly max: number;
  readonly sample: number;
  readonly sampleMin: number;
  /** For a person. */
  readonly message: string;
}

/** Every gate that is asked, in their order. */
export function judgeGates(gates: Gates, evidence: RolloutEvidence): readonly GateVerdict[] {
  return GATE_NAMES.flatMap((gate) => {
    const asked = gates[gate];
    return asked === undefined ? [] : [judge(gate, asked, MEASURES[gate](evidence))];
  });
}

interface Measure {
  readonly value: number;
  readonly sample: number;
  /** Too few to be a rate at all: passes whatever the rate says. */
  readonly few?: boolean;
  readonly said: string;
  readonly sampled: string;
}

const MEASURES: Readonly<Record<GateName, (evidence: RolloutEvidence) => Measure>> = {
  isolations: ({ isolations, endpoints, decisions }) => ({
    value: endpoints === 0 ? 0 : (isolations * 1_000) / endpoints,
    sample: decisions,
    few: isolations <= 1,
    said: `${isolations} isolated of ${endpoints} endpoints`,
    sampled: "decisions",
  }),
  releases: ({ releases, isolations }) => ({
    value: isolations === 0 ? 0 : releases / isolations,
    sample: isolations,
    said: `a person soon ended ${releases} of ${isolations} isolations`,
    sampled: "isolations",
  }),
  unknown: ({ unknown, ended }) => ({
    value: ended === 0 ? 0 : unknown / ended,
    sample: ended,
    said: `the effect of ${unknown} of ${ended} actions is unknown`,
    sampled: "ended actions",
  }),
  budget: ({ slotShare, endpointsActed }) => ({
    value: slotShare,
    sample: endpointsActed,
    said: `one endpoint lost ${Math.round(slotShare * 1_000) / 10} % of its slots`,
    sampled: "endpoints acted on",
  }),
};

function judge(gate: GateName, { max, sampleMin }: Gate, measure: Measure): GateVerdict {
  const { value, sample, few = false, said, sampled } = measure;
  const facts = { gate, value, max, sample, sampleMin };
  if (sample < sampleMin) {
    const message = `${gate}: too few ${sampled} to judge, ${sample} of at least ${sampleMin}`;
    return { ...facts, verdict: "inconclusive", message };
  }
  const verdict = value > max && !few ? "bad" : "good";
  return { ...facts, verdict, message: `${gate}: ${said}` };
}
