import { describe, expect, it } from "vitest";
import { guardFacts } from "../../test/guard-facts.ts";
import { aRule } from "../../test/rule-builders.ts";
import type { ActionKind } from "../action/index.ts";
import { endpointId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import { builtInBrakes } from "./built-in-brakes.ts";
import { runGuards, STANDING_GUARDS } from "./run-guards.ts";
import { endpointKey } from "./traits.ts";

const HQ = siteId("hq");
const at = (id: string) => ({ siteId: HQ, endpointId: endpointId(id) });

function objections(id: string, role: string, peers: readonly string[] = [], kind: ActionKind = "isolateHost") {
  const brakes = builtInBrakes([at(id)]);
  const members = new Set([id, ...peers].map((each) => endpointKey(at(each))));
  const groups = new Map(
    brakes
      .filter((brake) => brake.type === "redundancy" && brake.group.by === "role" && brake.group.role === role)
      .map(({ brakeId }) => [brakeId, { members, down: new Set<string>() }]),
  );
  const traits = new Map([[endpointKey(at(id)), { roles: [role], tags: [] }]]);
  const subject = {
    tenantId: tenantId("acme"),
    rule: aRule("isolate"),
    endpoint: { ...at(id), name: id },
    kind,
    now: epochMs(1),
  };
  return runGuards(STANDING_GUARDS, subject, guardFacts({ brakes, groups, traits })).map(({ code }) => code);
}

describe("what is protected without anybody setting it", () => {
  it.each(["ksc-server", "agent-host"])("[G15] a %s is never isolated, and everything else is left to it", (role) => {
    expect(objections("h1", role)).toEqual(["guard.never_touch"]);
    expect(objections("h1", role, [], "onDemandScan")).toEqual([]);
  });

  it.each(["domain-controller", "distribution-point"])("[G15] the last %s of a site is never isolated", (role) => {
    expect(objections("h1", role)).toEqual(["guard.redundancy"]);
    expect(objections("h1", role, ["h2"])).toEqual([]);
  });

  it("[G15] any other endpoint is nobody's business", () => {
    expect(objections("h1", "file-server")).toEqual([]);
    expect(builtInBrakes([])).toEqual([]);
  });
});
