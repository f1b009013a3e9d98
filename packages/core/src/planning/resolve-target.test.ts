import { describe, expect, it } from "vitest";
import { anEvent } from "../../test/rule-builders.ts";
import type { FieldValue } from "../event/index.ts";
import { endpointId, siteId } from "../kernel/index.ts";
import type { TargetStep } from "../rules/index.ts";
import type { EndpointCandidate, ResolutionFacts } from "./resolution.ts";
import { lookupKey, lookupsFor, resolveTarget } from "./resolve-target.ts";

const HQ = siteId("hq");
const BRANCH = siteId("branch");

function endpoint(site: typeof HQ, id: string, fqdn?: string): EndpointCandidate {
  return { siteId: site, endpointId: endpointId(id), name: id, ...(fqdn === undefined ? {} : { fqdn }) };
}

const HQ_1 = endpoint(HQ, "hq-1", "ws-1.hq.example");
const BRANCH_1 = endpoint(BRANCH, "branch-1", "ws-1.branch.example");

const FACTS: ResolutionFacts = {
  candidates: new Map([
    ["hostId\nguid-1", [HQ_1]],
    ["fqdn\nws-1.hq.example", [HQ_1]],
    ["hostName\nws-1", [HQ_1, BRANCH_1]],
    ["address\n10.0.0.5", [HQ_1]],
    ["address\n10.0.0.6", [HQ_1, BRANCH_1]],
    ["address\n203.0.113.9", [BRANCH_1]],
  ]),
  sitesByAlias: new Map([
    ["ksc.hq.example", [HQ]],
    ["ksc.branch.example", [BRANCH]],
  ]),
  siteCount: 2,
};

const HINT = { site: { field: "DeviceHostName" } };
const byAddress: TargetStep = { by: "address", field: "SourceAddress" };
const byName: TargetStep = { by: "hostName", field: "DestinationHostName" };

function resolve(target: readonly TargetStep[], fields: Readonly<Record<string, FieldValue>>, facts = FACTS) {
  return resolveTarget(target, anEvent(fields), facts);
}

describe("resolving a target", () => {
  it("[P1] the first step that finds anything decides; absent, unusable and fruitless ones pass on", () => {
    const target: readonly TargetStep[] = [
      { by: "hostId", field: "S.host" },
      { by: "fqdn", field: "DestinationHostName" },
      { ...byAddress, ...HINT },
    ];
    const fields = { DestinationHostName: "WS-1.HQ.example.", SourceAddress: "203.0.113.9" };
    expect(resolve(target, fields)).toMatchObject({ kind: "resolved", endpoint: HQ_1, trace: { by: "fqdn" } });
    expect(resolve(target, { ...fields, "S.host": "gone" })).toMatchObject({ kind: "resolved", trace: { by: "fqdn" } });
    expect(resolve(target, { ...fields, DestinationHostName: "10.0.0.5" })).toMatchObject({
      kind: "resolved",
      endpoint: BRANCH_1,
      trace: { by: "address" },
    });
  });

  it("[P2] [S5] several are ambiguous with the candidates, none is not found, no field is no target", () => {
    expect(resolve([byName], { DestinationHostName: "ws-1" })).toEqual({
      kind: "ambiguous",
      candidates: [HQ_1, BRANCH_1],
      trace: { by: "hostName", field: "DestinationHostName", value: "ws-1" },
    });
    expect(resolve([byName], { DestinationHostName: "ws-9" })).toMatchObject({
      kind: "not_found",
      tried: [{ value: "ws-9" }],
    });
    expect(resolve([byName, byAddress], { SourceAddress: "nonsense" })).toEqual({
      kind: "no_target",
      fields: ["DestinationHostName", "SourceAddress"],
    });
  });

  it("[P2] [S5] a list of two different names is ambiguous, twice the same endpoint is one", () => {
    const target: readonly TargetStep[] = [{ by: "hostId", field: "SA.hosts" }];
    const facts = {
      ...FACTS,
      candidates: new Map([...FACTS.candidates, ["hostId\nguid-2", [BRANCH_1]], ["hostId\nguid-3", [HQ_1]]]),
    };
    expect(resolve(target, { "SA.hosts": ["guid-1", "guid-2"] }, facts).kind).toBe("ambiguous");
    expect(resolve(target, { "SA.hosts": ["guid-1", "guid-3"] }, facts).kind).toBe("resolved");
  });

  it("[P3] a site hint keeps only the endpoints of its sites, and one that says nothing changes nothing", () => {
    const hinted = [{ ...byName, ...HINT }];
    const fields = { DestinationHostName: "ws-1" };
    expect(resolve(hinted, { ...fields, DeviceHostName: "KSC.branch.example" })).toMatchObject({
      kind: "resolved",
      endpoint: BRANCH_1,
    });
    expect(resolve(hinted, { ...fields, DeviceHostName: "unknown" }).kind).toBe("ambiguous");
    expect(resolve(hinted, fields).kind).toBe("ambiguous");
    expect(resolve([{ ...byName, site: "hq" }], fields)).toMatchObject({ kind: "resolved", endpoint: HQ_1 });
    expect(resolve([{ ...byName, site: "elsewhere" }], fields).kind).toBe("not_found");
  });

  it("[P4] a private address alone is ambiguous in a tenant with several sites, even when one endpoint fits", () => {
    expect(resolve([byAddress], { SourceAddress: "10.0.0.5" })).toMatchObject({
      kind: "ambiguous",
      candidates: [HQ_1],
    });
    expect(resolve([byAddress], { SourceAddress: "::ffff:10.0.0.5" }).kind).toBe("ambiguous");
    expect(resolve([byAddress], { SourceAddress: "10.0.0.5" }, { ...FACTS, siteCount: 1 }).kind).toBe("resolved");
    expect(
      resolve([{ ...byAddress, ...HINT }], { SourceAddress: "10.0.0.6", DeviceHostName: "ksc.hq.example" }),
    ).toMatchObject({
      kind: "resolved",
      endpoint: HQ_1,
    });
    expect(resolve([byAddress], { SourceAddress: "203.0.113.9" }).kind).toBe("resolved");
  });

  it("[P5] a full name in a host name step never takes a machine that is known under another full name", () => {
    expect(resolve([byName], { DestinationHostName: "ws-1.branch.example" })).toMatchObject({
      kind: "resolved",
      endpoint: BRANCH_1,
    });
    expect(resolve([byName], { DestinationHostName: "ws-1.other.example" }).kind).toBe("not_found");
  });

  it("asks beforehand for everything that resolving will look at, once", () => {
    const target: readonly TargetStep[] = [
      { by: "hostId", field: "S.host", ...HINT },
      { by: "fqdn", field: "DestinationHostName" },
      byName,
      { ...byAddress, ...HINT },
    ];
    const event = anEvent({
      "S.host": " GUID-1 ",
      DestinationHostName: "ws-1.HQ.example",
      SourceAddress: "10.0.0.5",
      DeviceHostName: "KSC.hq.example",
    });
    const needs = lookupsFor([target, [byName]], event);
    expect(needs.lookups.map(lookupKey)).toEqual([
      "hostId\nguid-1",
      "fqdn\nws-1.hq.example",
      "hostName\nws-1",
      "address\n10.0.0.5",
    ]);
    expect(needs.siteAliases).toEqual(["ksc.hq.example"]);
  });
});
