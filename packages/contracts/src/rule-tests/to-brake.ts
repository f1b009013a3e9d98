import type { Brake, BrakeScope, NeverTouchWho } from "@cordon/core/guards";
import type { EndpointId, EpochMs, RuleId, SiteId } from "@cordon/core/kernel";
import type { RuleTestFile } from "./rule-test-schema.ts";

type TestBrake = NonNullable<RuleTestFile["brakes"]>[number];

/** A brake as a test file writes it; its id is its place in the file. */
export function toBrake(brake: TestBrake, index: number, setAt: EpochMs): Brake {
  const set = { brakeId: `brake-${index + 1}`, reason: "of the test", setBy: "the test", setAt };
  if ("killSwitch" in brake) return { ...set, type: "killSwitch", scope: scopeOf(brake.killSwitch) };
  if ("freeze" in brake) {
    const { times } = brake.freeze;
    return { ...set, type: "freeze", scope: scopeOf(brake.freeze), ...(times === undefined ? {} : { times }) } as Brake;
  }
  if ("neverTouch" in brake) return { ...set, type: "neverTouch", scope: {}, who: brake.neverTouch.map(toWho) };
  if ("redundancy" in brake) {
    const { role, tag = "", ...bounds } = brake.redundancy;
    const group = role === undefined ? { by: "tag" as const, tag } : { by: "role" as const, role };
    return { ...set, type: "redundancy", scope: {}, group, bounds } as Brake;
  }
  if ("blastRadius" in brake) {
    const { per, within, kinds, ...bounds } = brake.blastRadius;
    return { ...set, type: "blastRadius", scope: scopeOf({ kinds }), per, windowMs: within, bounds } as Brake;
  }
  const { within, endpointsMax } = brake.storm;
  return { ...set, type: "storm", scope: {}, windowMs: within, bounds: { endpointsMax } };
}

function scopeOf({
  site,
  rule,
  kinds,
}: {
  readonly site?: string | undefined;
  readonly rule?: string | undefined;
  readonly kinds?: BrakeScope["kinds"] | undefined;
}): BrakeScope {
  return {
    ...(site === undefined ? {} : { siteId: site as SiteId }),
    ...(rule === undefined ? {} : { ruleId: rule as RuleId }),
    ...(kinds === undefined ? {} : { kinds }),
  };
}

function toWho(who: Extract<TestBrake, { neverTouch: unknown }>["neverTouch"][number]): NeverTouchWho {
  if ("endpoint" in who) return { by: "endpoint", endpointId: who.endpoint as EndpointId };
  if ("name" in who) return { by: "name", pattern: who.name };
  if ("group" in who) return { by: "group", pattern: who.group };
  return "role" in who ? { by: "role", role: who.role } : { by: "tag", tag: who.tag };
}
