import type { Endpoint } from "@cordon/core/endpoint";
import { expect, test } from "vitest";
import { startEdrSite } from "../../test/edr-site.ts";

const { signal } = new AbortController();

async function idsOf(pages: AsyncIterable<readonly Endpoint[]>): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const page of pages) for (const { endpointId } of page) ids.add(endpointId);
  return ids;
}

test("a pass over the hosts seen lately leaves out those that KSC has not heard of since, by KSC's own clock", async () => {
  await using site = await startEdrSite({ server: { hosts: 5 } });
  const [quiet, ...others] = site.server.hosts();
  site.server.control.setHost(quiet?.id ?? "", { behaviour: "offline" });
  site.server.control.advance(3_600_000);
  expect(await idsOf(site.edr.inventory(signal, { seenWithinMs: 600_000 }))).toEqual(
    new Set(others.map(({ id }) => id)),
  );
  expect((await idsOf(site.edr.inventory(signal))).size).toBe(5);
  expect((await idsOf(site.edr.inventory(signal, { seenWithinMs: 7_200_000 }))).size).toBe(5);
});

test("a host is seen lately by any of the times that the site's settings name", async () => {
  await using site = await startEdrSite({
    server: { hosts: 3 },
    settings: { inventoryTimes: ["KLHST_WKS_LAST_FULLSCAN"] },
  });
  // The drawn devices were scanned within the last fortnight.
  expect((await idsOf(site.edr.inventory(signal, { seenWithinMs: 14 * 86_400_000 }))).size).toBe(3);
});

test("an endpoint carries its EDR component's state where KSC knows it", async () => {
  await using site = await startEdrSite({
    server: {
      hosts: 0,
      hostList: [
        { id: "with-edr", name: "A" },
        { id: "without", name: "B", attributes: { KLHST_WKS_EDR_STATUS: null } },
      ],
    },
  });
  const found: Endpoint[] = [];
  for await (const page of site.edr.inventory(signal)) found.push(...page);
  expect(found.map(({ endpointId, edrStatus }) => [endpointId, edrStatus])).toEqual([
    ["with-edr", 4],
    ["without", undefined],
  ]);
});

test("the server tells its own host where it manages it, and how far its clock is from ours", async () => {
  await using site = await startEdrSite({
    server: { hosts: 2, hostList: [{ id: "ksc-itself", name: "KSC" }], serverHostId: "ksc-itself" },
  });
  site.server.control.advance(90_000);
  const info = await site.edr.serverInfo(signal);
  expect(info.hostId).toBe("ksc-itself");
  expect(Math.abs((info.clockSkewMs ?? 0) - 90_000)).toBeLessThan(5_000);
});

test("a server that manages no host of its own names none, unless the site's settings do", async () => {
  await using site = await startEdrSite({ server: { hosts: 1 } });
  expect((await site.edr.serverInfo(signal)).hostId).toBeUndefined();
  expect((await site.connect({ serverHostId: "by-hand" }).serverInfo(signal)).hostId).toBe("by-hand");
});
