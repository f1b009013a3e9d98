import type { ActionRecord } from "@cordon/coordinator-core";
import { addMs, endpointId, ruleId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addActions, anAction, anEvent, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

test("pages of actions follow each other without a gap or a repeat, newest first, also at the same instant", async () => {
  const { tenant, site } = await world.settle();
  for (let index = 0; index < 25; index++) {
    await addActions(world, site, [`a${index}`], { createdAt: addMs(NOW, Math.floor(index / 10)) });
  }
  const seen: ActionRecord[] = [];
  for (let after: ActionRecord | undefined; ; ) {
    const page = await world.actions.listActions(tenant, { limit: 7, ...(after === undefined ? {} : { after }) });
    seen.push(...page);
    after = page.at(-1);
    if (page.length < 7) break;
  }
  expect(new Set(seen.map(({ actionId }) => actionId)).size).toBe(25);
  expect(seen).toHaveLength(25);
  const times = seen.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted((left, right) => right - left));
});

test("each filter of actions narrows by its own column", async () => {
  const { tenant, site } = await world.settle();
  const [plain] = await addActions(world, site, ["plain"]);
  const other = anAction(site, "other", { kind: "isolateHost" });
  const endpoint = {
    endpointId: endpointId("host-2"),
    ruleId: ruleId("other-rule"),
    state: "failed",
    createdAt: addMs(NOW, 5),
  } as const;
  await world.actions.addOrdered(tenant, other.decision, { ...other.action, ...endpoint }, "x");
  const ids = async (filter: Omit<Parameters<typeof world.actions.listActions>[1], "limit">) =>
    (await world.actions.listActions(tenant, { ...filter, limit: 10 })).map(({ actionId }) => actionId);
  const only = [other.action.actionId];
  expect(await ids({ endpointId: endpoint.endpointId })).toEqual(only);
  expect(await ids({ ruleId: endpoint.ruleId })).toEqual(only);
  expect(await ids({ eventId: other.action.eventId })).toEqual(only);
  expect(await ids({ states: ["failed", "unknown"] })).toEqual(only);
  expect(await ids({ kind: "isolateHost" })).toEqual(only);
  expect(await ids({ actionClass: "contain" })).toEqual(only);
  expect(await ids({ createdFrom: addMs(NOW, 1) })).toEqual(only);
  expect(await ids({ createdTo: NOW })).toEqual([plain?.actionId]);
  expect(await ids({ siteId: site.siteId })).toHaveLength(2);
});

test("[T2] decisions are found by endpoint and time, and events that led to one are told apart", async () => {
  const { tenant, site } = await world.settle();
  const { decision, action } = anAction(site, "why");
  const batch = { events: [anEvent(tenant, "event-why"), anEvent(tenant, "quiet")], quarantine: [], receivedAt: NOW };
  await world.ingest.commit(tenant, batch, new Set([decision.eventId]), async () => ({
    decisions: [decision],
    actions: [action],
  }));
  const why = { endpointId: endpointId("host-1"), from: NOW, to: NOW, limit: 10 };
  expect(await world.actions.listDecisions(tenant, why)).toEqual([decision]);
  expect(await world.actions.listDecisions(tenant, { ...why, to: addMs(NOW, -1), from: addMs(NOW, -9) })).toEqual([]);
  const ids = async (decidedOnly: boolean) =>
    (await world.actions.listEvents(tenant, { decidedOnly, limit: 10 })).map(({ eventId, decisions }) => [
      eventId,
      decisions,
    ]);
  expect(await ids(true)).toEqual([["event-why", 1]]);
  expect(await ids(false)).toEqual([
    ["quiet", 0],
    ["event-why", 1],
  ]);
});
