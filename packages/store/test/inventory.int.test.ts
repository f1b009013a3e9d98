import type { EndpointWithBudget } from "@cordon/coordinator-core";
import { endpointId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addSession, anEndpoint, NOW, openRecordWorld, type RecordWorld, type Settled } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const host = (name: string) => anEndpoint({ endpointId: endpointId(name), displayName: name });
const part = (version: number, index: number, last: boolean, ...names: string[]) => ({
  version,
  part: index,
  last,
  endpoints: names.map(host),
});

async function names({ tenant }: Settled): Promise<readonly string[]> {
  return (await world.inventory.listEndpoints(tenant, { limit: 100 })).map(({ displayName }) => displayName);
}

const put = ({ tenant, site, session }: Settled, snapshot: ReturnType<typeof part>, epoch = session.epoch) =>
  world.inventory.putSnapshotPart(tenant, site.siteId, epoch, snapshot, NOW);

test("a snapshot is swapped in whole when its last part has come, and not before", async () => {
  const settled = await world.settle({ endpoints: [host("old"), host("kept")] });
  expect(await put(settled, part(2, 0, false, "kept", "new-1"))).toBe(1);
  expect(await names(settled)).toEqual(["kept", "old"]);
  expect(await put(settled, part(2, 1, true, "new-2"))).toBe(2);
  expect(await names(settled)).toEqual(["kept", "new-1", "new-2"]);
});

test("readers never see a half swapped inventory", async () => {
  const settled = await world.settle({ endpoints: Array.from({ length: 50 }, (_, index) => host(`a-${index}`)) });
  let swapping = true;
  const seen = new Set<number>();
  const reader = (async () => {
    while (swapping) seen.add((await names(settled)).length);
  })();
  for (let version = 2; version < 12; version++) {
    const size = version % 2 === 0 ? 80 : 50;
    await put(settled, part(version, 0, true, ...Array.from({ length: size }, (_, index) => `v${version}-${index}`)));
  }
  swapping = false;
  await reader;
  expect([...seen].filter((size) => size !== 50 && size !== 80)).toEqual([]);
});

test("a snapshot with a part missing is dropped and the version held is answered", async () => {
  const settled = await world.settle({ endpoints: [host("old")] });
  await put(settled, part(2, 0, false, "a"));
  expect(await put(settled, part(2, 2, true, "c"))).toBe(1);
  expect(await names(settled)).toEqual(["old"]);
});

test("a snapshot goes on behind its last part on the agent's next session; a part that is sent again replaces what followed", async () => {
  const settled = await world.settle({ endpoints: [host("old")] });
  await put(settled, part(3, 0, false, "a"));
  await put(settled, part(3, 1, false, "lost"));
  const next = await addSession(world, settled.site, settled.session.agentId);
  expect(await put(settled, part(3, 1, false, "b"), next.epoch)).toBe(1);
  expect(await names(settled)).toEqual(["old"]);
  expect(await put(settled, part(3, 2, true, "c"), next.epoch)).toBe(3);
  expect(await names(settled)).toEqual(["a", "b", "c"]);
});

test("parts of another version, and another agent's of the same version, are not gone on with", async () => {
  const settled = await world.settle({ endpoints: [host("old")] });
  await put(settled, part(3, 0, false, "a"));
  expect(await put(settled, part(4, 1, true, "b"))).toBe(1);
  await put(settled, part(5, 0, false, "a"));
  await world.database.query("UPDATE inventory_parts SET agent_id = 'another' WHERE tenant_id = $1", [settled.tenant]);
  expect(await put(settled, part(5, 1, true, "b"))).toBe(1);
  expect(await names(settled)).toEqual(["old"]);
});

test("the state of the EDR component is kept, and a snapshot rewrites only what has changed", async () => {
  const settled = await world.settle({ endpoints: [{ ...host("a"), edrStatus: 4 }, host("b")] });
  const { tenant, site, session } = settled;
  const versions = () =>
    world.database.query<{ endpoint_id: string; xmin: string }>(
      "SELECT endpoint_id, xmin::text FROM endpoints WHERE tenant_id = $1 ORDER BY endpoint_id",
      [tenant],
    );
  const before = await versions();
  const endpoints = [
    { ...host("a"), edrStatus: 4 },
    { ...host("b"), edrStatus: 6 },
  ];
  await world.inventory.putSnapshotPart(
    tenant,
    site.siteId,
    session.epoch,
    { version: 2, part: 0, last: true, endpoints },
    NOW,
  );
  const after = await versions();
  expect(after.map(({ xmin }, index) => xmin === before[index]?.xmin)).toEqual([true, false]);
  const shown = await world.inventory.listEndpoints(tenant, { limit: 10 });
  expect(shown.map(({ edrStatus }) => edrStatus)).toEqual([4, 6]);
});

test("a delta applies on top of its version only", async () => {
  const settled = await world.settle({ endpoints: [host("a"), host("b")] });
  const { tenant, site, session } = settled;
  const delta = { fromVersion: 1, version: 2, upserted: [host("c")], removed: [endpointId("a")] };
  expect(await world.inventory.applyDelta(tenant, site.siteId, session.epoch, { ...delta, fromVersion: 7 }, NOW)).toBe(
    1,
  );
  expect(await world.inventory.applyDelta(tenant, site.siteId, session.epoch, delta, NOW)).toBe(2);
  expect(await names(settled)).toEqual(["b", "c"]);
  expect(await world.inventory.applyDelta(tenant, site.siteId, session.epoch, delta, NOW)).toBe(2);
});

test("an older session's inventory and budgets are fenced off", async () => {
  const settled = await world.settle({ endpoints: [host("a")] });
  const { tenant, site, session } = settled;
  await addSession(world, site, session.agentId);
  expect(await put(settled, part(9, 0, true))).toBe("fenced");
  const budgets = { serviceConsole: "down", ledger: { endpoints: 0, open: 0, deferred: 0 }, budgets: [] } as const;
  expect(await world.inventory.putBudgets(tenant, site.siteId, session.epoch, budgets, NOW)).toBe("fenced");
  expect(await names(settled)).toEqual(["a"]);
});

test("a session with another ledger starts without an inventory version; with the same one it keeps it", async () => {
  const settled = await world.settle();
  const { site, session } = settled;
  const again = await addSession(world, site, session.agentId);
  expect(again.start.inventoryVersion).toBe(1);
  const reborn = await addSession(world, site, session.agentId, { ledgerId: "made anew", epoch: 500 });
  expect(reborn.start).toMatchObject({ inventoryVersion: 0, epoch: 502 });
});

test("budgets are shown with their endpoint, and the site's health with its session", async () => {
  const settled = await world.settle({ endpoints: [host("a"), host("b")] });
  const { tenant, site, session } = settled;
  const budget = {
    endpointId: endpointId("a"),
    limit: 100,
    used: 97,
    foreign: 3,
    deferred: 2,
    known: true,
    measuredAt: NOW,
  };
  const kscProblem = { code: "ksc.unreachable", message: "no route" } as const;
  const ledger = { endpoints: 2, open: 5, deferred: 2 };
  const update = {
    serviceConsole: "down",
    ledger,
    budgets: [budget, { ...budget, used: 98, measuredAt: (NOW + 1) as never }],
    kscProblem,
  } as const;
  expect(await world.inventory.putBudgets(tenant, site.siteId, session.epoch, update, NOW)).toBe("stored");
  const [a, b] = (await world.inventory.listEndpoints(tenant, { limit: 2 })) as EndpointWithBudget[];
  expect(a?.budget).toEqual({ ...budget, used: 98, measuredAt: NOW + 1 });
  expect(b?.budget).toBeUndefined();
  expect(await world.sessions.getSession(tenant, site.siteId)).toMatchObject({
    serviceConsole: "down",
    ledger,
    kscProblem,
    endpoints: 2,
  });
  const cleared = { serviceConsole: "up", ledger, budgets: [] } as const;
  await world.inventory.putBudgets(tenant, site.siteId, session.epoch, cleared, NOW);
  expect((await world.sessions.getSession(tenant, site.siteId))?.kscProblem).toBeUndefined();
});

test("endpoints are found by part of a name or address, or a whole host id, a page at a time", async () => {
  const endpoints = ["pc-1", "pc-2", "pc_3", "srv"].map((name, index) => ({
    ...host(name),
    addresses: [`10.1.1.${index}`],
  }));
  const { tenant, site } = await world.settle({ endpoints });
  const find = async (text: string) =>
    (await world.inventory.listEndpoints(tenant, { text, limit: 10 })).map(({ displayName }) => displayName);
  expect(await find("PC")).toEqual(["pc-1", "pc-2", "pc_3"]);
  expect(await find("pc_")).toEqual(["pc_3"]);
  expect(await find("1.1.3")).toEqual(["srv"]);
  expect(await find("srv")).toEqual(["srv"]);
  const first = await world.inventory.listEndpoints(tenant, { siteId: site.siteId, limit: 3 });
  const last = first.at(-1);
  if (!last) throw new Error("there should be a page");
  expect(
    (await world.inventory.listEndpoints(tenant, { after: last, limit: 3 })).map(({ displayName }) => displayName),
  ).toEqual(["srv"]);
});
