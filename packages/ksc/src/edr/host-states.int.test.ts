import { endpointId } from "@cordon/core/kernel";
import { afterEach, expect, test } from "vitest";
import { type SimulatedSite, startSimulatedSite } from "../../test/simulated-site.ts";

let site: SimulatedSite | undefined;
afterEach(() => site?.stop());

const { signal } = new AbortController();

test("the states of many hosts cost three calls per hundred, and name each host once", async () => {
  site = await startSimulatedSite({ hosts: 250 });
  const ids = site.server.hosts().map(({ id }) => endpointId(id));
  const offline = ids[3] ?? endpointId("none");
  site.server.control.setHost(offline, { behaviour: "offline" });
  const unknown = endpointId("00000000-0000-4000-8000-000000000000");
  const states = await site.edr.hostStates([...ids, ...ids.slice(0, 9), unknown], signal);
  expect(new Set(states.keys())).toEqual(new Set(ids));
  expect(site.calls()).toEqual({
    "HostGroup.FindHosts": 3,
    "ChunkAccessor.GetItemsChunk": 3,
    "ChunkAccessor.Release": 3,
  });
  for (const [id, state] of states) {
    expect(state.agentRunning).toBe(id !== offline);
    expect(state.lastSeenAt).toBeGreaterThan(0);
  }
});

test("no hosts cost no call", async () => {
  site = await startSimulatedSite();
  expect(await site.edr.hostStates([], signal)).toEqual(new Map());
  expect(site.calls()).toEqual({});
});
