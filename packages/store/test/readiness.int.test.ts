import type { EvidenceRecord } from "@cordon/coordinator-core";
import { createActionDesk, createIngest } from "@cordon/coordinator-core";
import type { SiteReadiness } from "@cordon/core/endpoint";
import { endpointId, epochMs, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activeRules } from "./active-rules.ts";
import {
  addSession,
  anEndpoint,
  anEvent,
  aRule,
  NOW,
  openRecordWorld,
  type RecordWorld,
  type Settled,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const READY: SiteReadiness = {
  measuredAt: NOW,
  kscVersion: "15.2.0.1088",
  missingRights: [],
  killSwitch: false,
  refusals: [],
  drift: { endpoints: 0, tasks: 0 },
};
const DENIED = { kind: "isolateHost", code: "ksc.access_denied", reason: "the account may not." } as const;

function put({ tenant, site, session }: Settled, readiness: SiteReadiness, epoch = session.epoch) {
  return world.readiness.putReadiness(tenant, site.siteId, epoch, readiness, NOW);
}

/** What planning makes of an event on the site's `ws-1`. */
async function plan({ tenant }: Settled) {
  const ingest = createIngest({
    store: world.ingest,
    queue: { add: async () => {} },
    rules: activeRules([aRule()]),
    clock: systemClock,
    logger: silentLogger,
  });
  await ingest.ingest(tenant, { events: [anEvent(tenant, `e-${tenant}`)], rejected: [], bytes: 10 });
  await ingest.drain();
  const [decision] = await world.actions.listDecisions(tenant, { limit: 1 });
  return decision;
}

function desk() {
  return createActionDesk({
    store: world.actions,
    brakes: world.brakes,
    labels: world.labels,
    inventory: world.inventory,
    readiness: world.readiness,
    queue: { add: async () => {}, remove: async () => {} },
    linkOf: () => undefined,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
}

const orderOn = ({ site }: Settled, requestKey: string) => ({
  siteId: site.siteId,
  endpointId: endpointId("host-1"),
  kind: "isolateHost" as const,
  args: { durationSeconds: 600 },
  actor: "eve",
  reason: "test",
  requestKey,
});

describe("readiness", () => {
  test("is what the site's newest session said last; an older one is fenced off, another tenant has none", async () => {
    const settled = await world.settle();
    const { tenant, site, session } = settled;
    expect(await put(settled, READY)).toBe("stored");
    expect(await put(settled, { ...READY, killSwitch: true })).toBe("stored");
    expect(await world.readiness.getReadiness(tenant, site.siteId)).toEqual({
      ...READY,
      killSwitch: true,
      receivedAt: NOW,
    });
    await addSession(world, site, session.agentId);
    expect(await put(settled, READY)).toBe("fenced");
    expect(await world.readiness.getReadiness(tenantId("nobody"), site.siteId)).toBeUndefined();
    expect(await world.readiness.listReadiness(tenant)).toEqual(
      new Map([[site.siteId, expect.objectContaining({ killSwitch: true })]]),
    );
  });

  test("[P13] an event's action that the connected site refuses is suppressed with the site's reason; an order by hand is too", async () => {
    const settled = await world.settle();
    await put(settled, { ...READY, refusals: [DENIED] });
    expect(await plan(settled)).toMatchObject({
      verdict: "suppress",
      code: "site.refuses",
      reason: expect.stringContaining("the account may not."),
    });
    expect(await desk().order(settled.tenant, orderOn(settled, "k1"))).toEqual({
      kind: "refused",
      code: DENIED.code,
      reason: DENIED.reason,
    });
  });

  test("[P13] of a site that is not connected the last word does not count", async () => {
    const settled = await world.settle();
    await put(settled, { ...READY, refusals: [DENIED] });
    await world.sessions.endSession(settled.tenant, settled.site.siteId, settled.session.epoch, NOW);
    expect(await plan(settled)).toMatchObject({ verdict: "act" });
    expect(await desk().order(settled.tenant, orderOn(settled, "k2"))).toMatchObject({
      kind: "ordered",
      created: true,
    });
  });

  test("[P13] an endpoint that is known to be too old is not asked; what was ordered before it was known is answered as before", async () => {
    const settled = await world.settle({ endpoints: [anEndpoint({ kesVersion: "12.9.0.384" })] });
    const { tenant, site, session } = settled;
    const first = await desk().order(tenant, orderOn(settled, "k3"));
    expect(first).toMatchObject({ kind: "ordered", created: true });
    const upserted = [anEndpoint({ kesVersion: "12.6.0.438" })];
    const delta = { fromVersion: 1, version: 2, upserted, removed: [] };
    await world.inventory.applyDelta(tenant, site.siteId, session.epoch, delta, NOW);
    expect(await desk().order(tenant, orderOn(settled, "k3"))).toMatchObject({ kind: "ordered", created: false });
    expect(await desk().order(tenant, orderOn(settled, "k4"))).toMatchObject({
      kind: "refused",
      code: "endpoint.kes_too_old",
      reason: expect.stringContaining("12.6.0.438"),
    });
    expect(await plan(settled)).toMatchObject({ verdict: "suppress", code: "endpoint.kes_too_old" });
  });
});

describe("evidence", () => {
  const ask = ({ tenant, site }: Settled, requestId: string, requestedAt = NOW): EvidenceRecord => ({
    requestId,
    tenantId: tenant,
    siteId: site.siteId,
    actionId: "act_1" as EvidenceRecord["actionId"],
    endpointId: endpointId("host-1"),
    want: "file",
    requestedBy: "eve",
    requestedAt,
    state: "asked",
    items: [],
  });
  const file = { itemId: "i1", path: "act_1/i1.bin", bytes: 150_000, sha256: "ab".repeat(32) };
  const items = [{ itemId: "i1", objectName: "C:\\a\u0000.exe", bytes: 150_000, addedAt: NOW }];

  test("is kept with who asked and what came of it; the first answer counts, and only from the site that was asked", async () => {
    const settled = await world.settle();
    const { tenant, site } = settled;
    await world.evidence.addEvidence(ask(settled, "r1"));
    await world.evidence.addEvidence({ ...ask(settled, "r2", epochMs(NOW + 1)), itemId: "i1" });
    const answer = { items, file };
    expect(await world.evidence.finishEvidence(tenant, siteId("other"), "r1", answer, NOW)).toBeUndefined();
    expect(await world.evidence.finishEvidence(tenant, site.siteId, "r1", answer, NOW)).toMatchObject({
      state: "answered",
      file,
      requestedBy: "eve",
      answeredAt: NOW,
    });
    const problem = { code: "fetch.too_large", message: "too large" } as const;
    expect(await world.evidence.finishEvidence(tenant, site.siteId, "r1", { items: [], problem }, NOW)).toBeUndefined();
    await world.evidence.finishEvidence(tenant, site.siteId, "r2", { items: [], problem }, NOW);
    const listed = await world.evidence.listEvidence(tenant, ask(settled, "").actionId, 10);
    expect(listed.map(({ requestId, state, itemId }) => [requestId, state, itemId])).toEqual([
      ["r2", "failed", "i1"],
      ["r1", "answered", undefined],
    ]);
    expect(listed[0]).toMatchObject({ problem });
    expect(listed[1]?.items[0]?.objectName).toBe("C:\\a\ufffd.exe");
  });

  test("[S10] another tenant's is not found", async () => {
    const settled = await world.settle();
    await world.evidence.addEvidence(ask(settled, "r9"));
    const other = await world.settle();
    expect(await world.evidence.getEvidence(other.tenant, "r9")).toBeUndefined();
    expect(await world.evidence.listEvidence(other.tenant, ask(settled, "").actionId, 10)).toEqual([]);
    expect(
      await world.evidence.finishEvidence(other.tenant, settled.site.siteId, "r9", { items: [] }, NOW),
    ).toBeUndefined();
  });
});
