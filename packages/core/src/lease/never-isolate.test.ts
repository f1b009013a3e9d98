import { describe, expect, it } from "vitest";
import type { ActionArgs } from "../action/index.ts";
import type { Endpoint } from "../endpoint/index.ts";
import { actionId, endpointId, epochMs } from "../kernel/index.ts";
import { isSameHost, refuseIsolation } from "./never-isolate.ts";

const endpoint = (patch: Partial<Endpoint>): Endpoint => ({
  endpointId: endpointId("h1"),
  displayName: "WS-1",
  addresses: [],
  statusMask: 0,
  ...patch,
});
const order = (id: string, spec: ActionArgs) => ({
  actionId: actionId("a1"),
  endpointId: endpointId(id),
  spec,
  deadline: epochMs(1),
});
const foundations = { kscServer: [endpointId("ksc")], agentHost: [endpointId("box")] };
const ISOLATE = { kind: "isolateHost", durationSeconds: 3_600 } as const;

describe("[H1] what Cordon and KSC stand on", () => {
  it("is never isolated", () => {
    expect(refuseIsolation(order("ksc", ISOLATE), foundations)?.code).toBe("lease.ksc_server");
    expect(refuseIsolation(order("box", ISOLATE), foundations)?.code).toBe("lease.agent_host");
    expect(refuseIsolation(order("h1", ISOLATE), foundations)).toBeUndefined();
  });

  it("may be scanned like any other", () => {
    expect(refuseIsolation(order("ksc", { kind: "onDemandScan" }), foundations)).toBeUndefined();
  });

  it.each<[string, Partial<Endpoint>, boolean]>([
    ["its NetBIOS name, whatever the case", { hostName: "AGENT-BOX" }, true],
    ["its FQDN", { fqdn: "agent-box.corp.example" }, true],
    ["one of its addresses", { addresses: ["10.0.0.9", "10.0.0.7"] }, true],
    ["nothing of it", { hostName: "AGENT-BOX-2", fqdn: "agent-box.other.example", addresses: ["10.0.0.70"] }, false],
  ])("is known by %s", (_what, patch, same) => {
    const host = { hostName: "agent-box", fqdn: "agent-box.corp.example", addresses: ["10.0.0.7"] };
    expect(isSameHost(endpoint(patch), host)).toBe(same);
  });
});
