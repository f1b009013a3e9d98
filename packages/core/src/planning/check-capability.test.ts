import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { anEvent, aRule } from "../../test/rule-builders.ts";
import { DEFAULT_MINIMUMS, type SiteRefusal } from "../endpoint/index.ts";
import { endpointId, epochMs, siteId } from "../kernel/index.ts";
import type { CapabilityFacts } from "./check-capability.ts";
import { planEvent } from "./plan-event.ts";
import type { EndpointCandidate } from "./resolution.ts";

const HQ = siteId("hq");

function decide(
  known: Partial<EndpointCandidate>,
  given: {
    readonly refusals?: readonly SiteRefusal[];
    readonly mode?: "enforce" | "observe";
    readonly capable?: boolean;
  } = {},
) {
  const rule = aRule("r", {
    mode: given.mode ?? "enforce",
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: 600 } }],
  });
  const capability: CapabilityFacts = {
    minimums: DEFAULT_MINIMUMS,
    refusals: new Map([[HQ, given.refusals ?? []]]),
  };
  const endpoint = { siteId: HQ, endpointId: endpointId("h1"), name: "ws-1", ...known };
  const { decisions, actions } = planEvent({
    event: anEvent({}),
    matches: [{ rule }],
    resolutions: [{ kind: "resolved", endpoint, trace: { by: "hostId", field: "S.host", value: "h1" } }],
    facts: guardFacts(),
    ...(given.capable === false ? {} : { capability }),
    ruleSet: { version: 1, hash: "h" },
    now: epochMs(1_772_442_900_000),
  });
  return { decision: decisions[0], actions: actions.length };
}

describe("an action that cannot work", () => {
  it("[P13] on an endpoint that is known to lack something makes no action, and says what and how to mend it", () => {
    const { decision, actions } = decide({ kesVersion: "12.6.0.438", statusMask: 29 });
    expect(actions).toBe(0);
    expect(decision).toMatchObject({
      outcome: "suppress",
      endpoint: { endpointId: "h1" },
      reason: { code: "endpoint.kes_too_old", details: { kesVersion: "12.6.0.438", needed: "12.9" } },
    });
    expect(decision?.reason.message).toContain(
      "isolateHost cannot work on ws-1: its Kaspersky Endpoint Security is 12.6",
    );
  });

  it("[P13] what the inventory does not know refuses nothing", () => {
    expect(decide({}).actions).toBe(1);
    expect(decide({ kesVersion: "12.6", statusMask: 29 }, { capable: false }).actions).toBe(1);
  });

  it("[P13] at a site that refuses its kind, or every kind, is refused with the site's reason", () => {
    const killed = { code: "ksc.unsupported", reason: "KSC is 13.0." } as const;
    const narrow = { code: "ksc.access_denied", reason: "no right.", kind: "isolateHost" } as const;
    const other = { ...narrow, kind: "getFile" } as const;
    expect(decide({}, { refusals: [narrow, killed] }).decision?.reason).toMatchObject({
      code: "site.refuses",
      message: "Site hq refuses isolateHost just now: KSC is 13.0.",
    });
    expect(decide({}, { refusals: [narrow] }).decision?.reason.details).toEqual({ siteId: "hq", code: narrow.code });
    expect(decide({}, { refusals: [other] }).actions).toBe(1);
  });

  it("[P13] what the site only holds back is ordered all the same, and waits there", () => {
    const held = { code: "agent.site_stopped", reason: "the kill switch is pulled" } as const;
    expect(decide({}, { refusals: [held] }).actions).toBe(1);
  });

  it("[P8] [S1] is refused for an observing rule as well", () => {
    expect(decide({ statusMask: 1 }, { mode: "observe" }).decision).toMatchObject({
      outcome: "suppress",
      reason: { code: "endpoint.no_agent" },
    });
  });
});
