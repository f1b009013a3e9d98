import { describe, expect, it } from "vitest";
import type { ActionArgs } from "../action/index.ts";
import type { Endpoint } from "../endpoint/index.ts";
import { addMs, type EndpointId, type EpochMs, epochMs } from "../kernel/index.ts";
import { parseSubnet } from "../rules/subnet.ts";
import { decide, type PolicyQuestion } from "./decide.ts";
import { type ActionLimit, type Cap, kindsOf, type Protection, type SitePolicy } from "./policy.ts";

/** A Tuesday, 12:00 in UTC. */
const NOON = epochMs(Date.UTC(2026, 10, 24, 12));
const HOUR_MS = 3_600_000;
const HOST = "host-1" as EndpointId;
const SCAN: ActionArgs = { kind: "onDemandScan" };
const ISOLATE: ActionArgs = { kind: "isolateHost", durationSeconds: 3_600 };
const OPEN: SitePolicy = { allowed: kindsOf(["all"]), limits: [], protections: [], caps: [] };
const ENDPOINT: Endpoint = {
  endpointId: HOST,
  displayName: "DC01",
  fqdn: "dc01.corp.example",
  addresses: ["10.1.2.3"],
  groupName: "Domain Controllers",
  statusMask: 0,
};

function ask(
  policy: Partial<SitePolicy>,
  spec: ActionArgs,
  patch: Partial<PolicyQuestion> & { sent?: EpochMs[] } = {},
) {
  const { sent = [], ...question } = patch;
  return decide(
    { ...OPEN, ...policy },
    {
      order: { endpointId: HOST, spec, deadline: addMs(NOON, 24 * HOUR_MS) },
      endpoint: ENDPOINT,
      renewal: false,
      now: NOON,
      sends: { timesOf: () => sent },
      ...question,
    },
  );
}

describe("[S7] the site's own policy", () => {
  it("what it does not list is refused, classes stand for their kinds", () => {
    expect(ask({ allowed: kindsOf(["contain"]) }, SCAN)).toMatchObject({ code: "policy.action_not_allowed" });
    expect(ask({ allowed: kindsOf(["contain"]) }, ISOLATE)).toEqual({ kind: "allowed" });
    expect(ask({ allowed: [] }, ISOLATE)).toMatchObject({ kind: "refused" });
  });

  it.each<[string, Protection["who"]]>([
    ["host id", { by: "host", endpointId: "HOST-1" as EndpointId }],
    ["wildcard of a name", { by: "name", pattern: "DC*.corp.example" }],
    ["display name", { by: "name", pattern: "dc0?" }],
    ["subnet", { by: "address", subnet: parseSubnet("10.1.0.0/16") as never, text: "10.1.0.0/16" }],
    ["group", { by: "group", pattern: "domain *" }],
  ])("an endpoint protected by %s is refused, with the reason that was written", (_, who) => {
    const protections = [{ who, from: kindsOf(["isolateHost"]), reason: "never" }];
    expect(ask({ protections }, ISOLATE)).toMatchObject({
      kind: "refused",
      code: "policy.endpoint_protected",
      reason: expect.stringContaining(": never"),
    });
    expect(ask({ protections }, SCAN)).toEqual({ kind: "allowed" });
    const other = {
      ...ENDPOINT,
      displayName: "ws",
      fqdn: "ws.corp.example",
      addresses: ["10.2.0.1"],
      groupName: "PCs",
    };
    const order = { endpointId: "host-2" as EndpointId, spec: ISOLATE, deadline: addMs(NOON, HOUR_MS) };
    expect(ask({ protections }, ISOLATE, { endpoint: other, order })).toEqual({ kind: "allowed" });
  });

  it("an endpoint that nobody can describe is not taken for an unprotected one", () => {
    const byName: Protection = { who: { by: "name", pattern: "dc*" }, from: kindsOf(["all"]), reason: "" };
    expect(ask({ protections: [byName] }, ISOLATE, { endpoint: undefined }).kind).toBe("endpoint_unknown");
    const byHost: Protection = { ...byName, who: { by: "host", endpointId: HOST } };
    const known = ask({ protections: [byName, byHost] }, ISOLATE, { endpoint: undefined });
    expect(known).toMatchObject({ code: "policy.endpoint_protected" });
  });

  it.each<[string, ActionLimit, ActionArgs]>([
    ["timer", { kind: "isolateHost", durationSecondsMax: 3_599 }, ISOLATE],
    ["hold", { kind: "isolateHost", holdSecondsMax: 7_200 }, { ...ISOLATE, holdSeconds: 7_201 } as ActionArgs],
    [
      "indicators",
      { kind: "iocScan", indicatorsMax: 1 },
      {
        kind: "iocScan",
        indicators: [
          { type: "domain", value: "a" },
          { type: "domain", value: "b" },
        ],
      },
    ],
    ["path not listed", { kind: "startProcess", onlyPaths: ["C:\\Tools\\*"] }, { kind: "startProcess", path: "C:\\a" }],
    [
      "path excepted",
      { kind: "deleteFile", exceptPaths: ["c:\\windows\\*"] },
      { kind: "deleteFile", path: "C:/Windows/x" },
    ],
    [
      "no path at all",
      { kind: "deleteFile", exceptPaths: ["c:\\windows\\*"] },
      { kind: "deleteFile", md5: "0".repeat(32) },
    ],
  ])("what goes beyond the limit is refused: %s", (_, limit, spec) => {
    expect(ask({ limits: [limit] }, spec)).toMatchObject({ kind: "refused", code: "policy.limit_exceeded" });
    expect(ask({ limits: [{ ...limit, kind: "getFile" }] }, spec)).toEqual({ kind: "allowed" });
  });

  it.each([
    "C:\\Tools\\..\\Windows\\x.exe",
    "%windir%\\x.exe",
    "C:\\PROGRA~1\\x.exe",
    "C:\\Windows.\\x.exe",
    "C:\\\\Windows\\x.exe",
    "C:\\Tools\\x.exe:stream",
    "\\\\?\\C:\\Windows\\x.exe",
    "Windows\\x.exe",
  ])("a path whose meaning is hidden is not let through: %s", (path) => {
    const limits: ActionLimit[] = [{ kind: "deleteFile", exceptPaths: ["C:\\Windows\\*"] }];
    expect(ask({ limits }, { kind: "deleteFile", path })).toMatchObject({ code: "policy.limit_exceeded" });
    expect(ask({ limits }, { kind: "deleteFile", path: "C:\\Users\\x.exe" })).toEqual({ kind: "allowed" });
  });

  it("outside its hours a kind waits for the opening; kinds without hours go out at any time", () => {
    const nightly = { kinds: kindsOf(["scan"]), days: [0, 1, 2, 3, 4, 5, 6], from: 19 * 60, to: 6 * 60 };
    const hours = { timeZone: "UTC", windows: [nightly] };
    const earliest = addMs(NOON, 7 * HOUR_MS);
    expect(ask({ hours }, SCAN)).toMatchObject({ kind: "wait", code: "policy.outside_hours", earliest });
    expect(ask({ hours }, SCAN, { now: earliest })).toEqual({ kind: "allowed" });
    expect(ask({ hours }, ISOLATE)).toEqual({ kind: "allowed" });
  });

  it("[D6] what could only go out after its deadline is refused at once, with the time", () => {
    const hours = { timeZone: "UTC", windows: [{ kinds: kindsOf(["all"]), days: [0], from: 0, to: 0 }] };
    const order = { endpointId: HOST, spec: SCAN, deadline: addMs(NOON, HOUR_MS) };
    const until = addMs(NOON, (4 * 24 + 12) * HOUR_MS);
    expect(ask({ hours }, SCAN, { order })).toMatchObject({ kind: "refused", code: "policy.outside_hours", until });
  });

  it("a cap that is reached names the time at which the oldest send leaves its window", () => {
    const cap: Cap = { kinds: kindsOf(["scan"]), per: "site", max: 2, windowMs: 24 * HOUR_MS };
    const sent = [addMs(NOON, -20 * HOUR_MS), addMs(NOON, -3 * HOUR_MS)];
    const waits = { kind: "wait", code: "policy.cap_reached", earliest: addMs(NOON, 4 * HOUR_MS) };
    expect(ask({ caps: [cap] }, SCAN, { sent })).toMatchObject(waits);
    expect(ask({ caps: [cap] }, SCAN, { sent: sent.slice(1) })).toEqual({ kind: "allowed" });
    expect(ask({ caps: [cap] }, ISOLATE, { sent })).toEqual({ kind: "allowed" });
  });

  it("[S6] a renewal is not held by hours or caps, but is refused once its endpoint is protected", () => {
    const cap: Cap = { kinds: kindsOf(["all"]), per: "endpoint", max: 1, windowMs: HOUR_MS };
    const hours = { timeZone: "UTC", windows: [{ kinds: kindsOf(["all"]), days: [0], from: 0, to: 60 }] };
    expect(ask({ caps: [cap], hours }, ISOLATE, { sent: [NOON], renewal: true })).toEqual({ kind: "allowed" });
    const protections = [{ who: { by: "host", endpointId: HOST }, from: kindsOf(["all"]), reason: "" } as const];
    expect(ask({ protections }, ISOLATE, { renewal: true })).toMatchObject({ kind: "refused" });
  });
});
