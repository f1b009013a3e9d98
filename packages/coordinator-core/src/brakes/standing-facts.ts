import {
  type Brake,
  builtInBrakes,
  type EndpointRef,
  type EndpointTraits,
  type GuardFacts,
  NO_PAST,
  type RedundancyGroup,
} from "@cordon/core/guards";

/** What standing guards ask of the record beside the brakes. */
export interface StandingReads {
  /** By `endpointKey`. */
  traitsOf(endpoints: readonly EndpointRef[]): Promise<ReadonlyMap<string, EndpointTraits>>;
  /** By the id of the brake that names it. */
  groupsOf(brakes: readonly Brake[]): Promise<ReadonlyMap<string, RedundancyGroup>>;
}

/** Whom it is about. */
export interface StandingSubjects {
  readonly endpoints: () => readonly EndpointRef[];
  /** Of them: those that something would isolate. */
  readonly isolated: () => readonly EndpointRef[];
}

/**
 * What the guards need that ask for what people ordered, and for what is never isolated whoever asks. More than the brakes is read
 * only while one of them asks for it.
 */
export async function standingFacts(
  brakes: readonly Brake[],
  reads: StandingReads,
  asked: StandingSubjects,
): Promise<GuardFacts> {
  const isolated = asked.isolated();
  const all = [...brakes, ...builtInBrakes(isolated)];
  const named = brakes.some(({ type }) => type === "neverTouch") ? asked.endpoints() : isolated;
  const [traits, groups] = await Promise.all([
    named.length > 0 ? reads.traitsOf(named) : new Map(),
    all.some(({ type }) => type === "redundancy") ? reads.groupsOf(all) : new Map(),
  ]);
  return { ...NO_PAST, brakes: all, traits, groups };
}
