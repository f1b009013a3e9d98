import type { Brake, EndpointRef, EndpointTraits, GuardFacts } from "@cordon/core/guards";

/** What the guards need that ask for what people ordered. */
export type StandingFacts = Pick<GuardFacts, "brakes" | "traits" | "lastActs">;

/** What endpoints are is read only while a brake asks for it. */
export async function standingFacts(
  brakes: readonly Brake[],
  traitsOf: (endpoints: readonly EndpointRef[]) => Promise<ReadonlyMap<string, EndpointTraits>>,
  endpoints: () => readonly EndpointRef[],
): Promise<StandingFacts> {
  const traits = brakes.some(({ type }) => type === "neverTouch") ? await traitsOf(endpoints()) : new Map();
  return { brakes, traits, lastActs: new Map() };
}
