import { type Brake, type EndpointRef, type EndpointTraits, type GuardFacts, NO_PAST } from "@cordon/core/guards";

/** What the guards need that ask for what people ordered. What endpoints are is read only while a brake asks for it. */
export async function standingFacts(
  brakes: readonly Brake[],
  traitsOf: (endpoints: readonly EndpointRef[]) => Promise<ReadonlyMap<string, EndpointTraits>>,
  endpoints: () => readonly EndpointRef[],
): Promise<GuardFacts> {
  const traits = brakes.some(({ type }) => type === "neverTouch") ? await traitsOf(endpoints()) : new Map();
  return { ...NO_PAST, brakes, traits };
}
