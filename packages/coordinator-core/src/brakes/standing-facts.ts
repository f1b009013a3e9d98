import {
  type Brake,
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

/** What the guards need that ask for what people ordered; more than the brakes is read only while one of them asks for it. */
export async function standingFacts(
  brakes: readonly Brake[],
  reads: StandingReads,
  endpoints: () => readonly EndpointRef[],
): Promise<GuardFacts> {
  const has = (wanted: Brake["type"]) => brakes.some(({ type }) => type === wanted);
  const [traits, groups] = await Promise.all([
    has("neverTouch") ? reads.traitsOf(endpoints()) : new Map(),
    has("redundancy") ? reads.groupsOf(brakes) : new Map(),
  ]);
  return { ...NO_PAST, brakes, traits, groups };
}
