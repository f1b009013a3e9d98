import { type AgentStatus, createApplyStatuses, type SessionRef } from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import { type ActionId, AppError, actionId, epochMs, silentLogger, systemClock } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addActions, addSession, addSite, NO_CHAINS, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const aStatus = (seq: number, id: ActionId, state: ActionState): AgentStatus => ({
  seq,
  actionId: id,
  state,
  at: epochMs(NOW + seq),
  detail: { evidence: { rung: "incident", incidentId: seq } },
});

const applier = () =>
  createApplyStatuses({ store: world.actions, chains: NO_CHAINS, clock: systemClock, logger: silentLogger });

async function cursorOf({ agentId: agent, ledgerId }: SessionRef): Promise<number | undefined> {
  const [row] = await world.database.query<{ cursor: number }>(
    "SELECT status_cursor AS cursor FROM agent_ledgers WHERE agent_id = $1 AND ledger_id = $2",
    [agent, ledgerId],
  );
  return row?.cursor;
}

test("[D5] statuses move the action through the total table, are in its timeline, and the cursor follows them", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  const apply = applier();
  const answer = await apply(session, [
    aStatus(1, id, "submitting"),
    aStatus(2, id, "submitted"),
    aStatus(3, id, "succeeded"),
  ]);
  expect(answer).toEqual({ kind: "applied", cursor: 3, moved: 3, ignored: 0, unknown: 0 });
  expect(await world.actions.getAction(tenant, id)).toMatchObject({
    state: "succeeded",
    stateAt: NOW + 3,
    lastStatusSeq: 3,
    detail: { evidence: { rung: "incident", incidentId: 3 } },
  });
  const timeline = await world.actions.getTimeline(tenant, id);
  expect(timeline?.map(({ state, source, statusSeq }) => [state, source, statusSeq])).toEqual([
    ["queued", "api", undefined],
    ["submitting", "agent", 1],
    ["submitted", "agent", 2],
    ["succeeded", "agent", 3],
  ]);
});

test("a batch that comes twice changes nothing the second time", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  const apply = applier();
  const batch = [aStatus(1, id, "submitted"), aStatus(2, id, "running")];
  await apply(session, batch);
  const before = await world.actions.getTimeline(tenant, id);
  expect(await apply(session, batch)).toMatchObject({ kind: "applied", cursor: 2, moved: 0 });
  expect(await apply(session, [aStatus(2, id, "running"), aStatus(3, id, "succeeded")])).toMatchObject({
    cursor: 3,
    moved: 1,
  });
  expect((await world.actions.getTimeline(tenant, id))?.slice(0, before?.length)).toEqual(before);
});

test("a step that comes too late is kept and ignored: a finished action stays finished", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  expect(await applier()(session, [aStatus(1, id, "succeeded"), aStatus(2, id, "running")])).toMatchObject({
    moved: 1,
    ignored: 1,
  });
  expect(await world.actions.getAction(tenant, id)).toMatchObject({
    state: "succeeded",
    detail: { evidence: { incidentId: 1 } },
  });
  expect((await world.actions.getTimeline(tenant, id))?.at(-1)).toMatchObject({ state: "running", outcome: "ignored" });
});

test("a status of an unknown action, or of another site's, never holds the cursor up", async () => {
  const { tenant, session } = await world.settle();
  const branch = await addSite(world, tenant, "branch");
  const [foreign] = await addActions(world, branch, ["theirs"]);
  const foreignId = foreign?.actionId as ActionId;
  const answer = await applier()(session, [
    aStatus(1, actionId("never-heard-of"), "running"),
    aStatus(2, foreignId, "failed"),
  ]);
  expect(answer).toEqual({ kind: "applied", cursor: 2, moved: 0, ignored: 0, unknown: 2 });
  expect(await world.actions.getAction(tenant, foreignId)).toMatchObject({ state: "queued" });
  const strays = await world.database.query("SELECT seq FROM stray_statuses WHERE tenant_id = $1 ORDER BY seq", [
    tenant,
  ]);
  expect(strays).toEqual([{ seq: 1 }, { seq: 2 }]);
});

test("[D5] the cursor never moves past what is stored: after a failed batch the session goes no further", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  let failing = true;
  const apply = createApplyStatuses({
    chains: NO_CHAINS,
    store: {
      applyStatuses: (...args) => {
        if (failing) return Promise.reject(new AppError("store.unavailable", "gone for a moment"));
        return world.actions.applyStatuses(...args);
      },
    },
    clock: systemClock,
    logger: silentLogger,
  });
  await expect(apply(session, [aStatus(1, id, "submitted")])).rejects.toMatchObject({ code: "store.unavailable" });
  failing = false;
  await expect(apply(session, [aStatus(2, id, "running")])).rejects.toMatchObject({ code: "store.unavailable" });
  expect(await cursorOf(session)).toBe(0);

  const next = await addSession(world, site, session.agentId, { statusSeq: 2 });
  await apply(next, [aStatus(1, id, "submitted"), aStatus(2, id, "running")]);
  expect(await cursorOf(next)).toBe(2);
  expect((await world.actions.getTimeline(tenant, id))?.map(({ state }) => state)).toEqual([
    "queued",
    "submitted",
    "running",
  ]);
});

test("batches of one session that come at once are applied in their order", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  const apply = applier();
  const states: ActionState[] = ["submitting", "submitted", "task_seen", "running", "succeeded"];
  const answers = await Promise.all(states.map((state, index) => apply(session, [aStatus(index + 1, id, state)])));
  expect(answers.map((answer) => answer.kind === "applied" && answer.cursor)).toEqual([1, 2, 3, 4, 5]);
  expect(await world.actions.getAction(tenant, id)).toMatchObject({ state: "succeeded" });
});

test("[D5] sites that report at once share one transaction: each has its own cursor, and one that is fenced keeps none back", async () => {
  const { tenant, site, session } = await world.settle();
  const branch = await addSite(world, tenant, "branch");
  const branchSession = await addSession(world, branch, "branch-agent");
  const fenced = { ...branchSession, epoch: branchSession.epoch - 1 };
  const [action] = await addActions(world, site, ["a"]);
  const [theirs] = await addActions(world, branch, ["b"]);
  const id = action?.actionId as ActionId;
  const theirId = theirs?.actionId as ActionId;
  const of = ({ siteId, agentId, ledgerId, role, epoch }: SessionRef, statuses: readonly AgentStatus[]) => ({
    ...{ siteId, agentId, ledgerId, role, epoch, statuses },
    gap: "refuse" as const,
  });
  const answers = await world.actions.applyStatuses(
    tenant,
    [
      of(session, [aStatus(1, id, "submitted"), aStatus(2, theirId, "failed")]),
      of(fenced, [aStatus(1, theirId, "failed")]),
      of(branchSession, [aStatus(1, theirId, "submitting")]),
      of(branchSession, [aStatus(2, theirId, "submitted")]),
      of(branchSession, [aStatus(4, theirId, "succeeded")]),
      of(session, [aStatus(3, id, "running")]),
    ],
    NOW,
  );
  expect(answers).toEqual([
    { kind: "applied", cursor: 2, moved: 1, ignored: 0, unknown: 1 },
    { kind: "fenced" },
    { kind: "applied", cursor: 1, moved: 1, ignored: 0, unknown: 0 },
    { kind: "applied", cursor: 2, moved: 1, ignored: 0, unknown: 0 },
    { kind: "gap", cursor: 2 },
    { kind: "applied", cursor: 3, moved: 1, ignored: 0, unknown: 0 },
  ]);
  expect([await cursorOf(session), await cursorOf(branchSession)]).toEqual([3, 2]);
  expect(await world.actions.getAction(tenant, id)).toMatchObject({ state: "running" });
  expect(await world.actions.getAction(tenant, theirId)).toMatchObject({ state: "submitted" });
});

test("an older session is fenced once a newer one has begun", async () => {
  const { site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const newer = await addSession(world, site, session.agentId);
  expect(newer.epoch).toBeGreaterThan(session.epoch);
  const apply = applier();
  expect(await apply(session, [aStatus(1, action?.actionId as ActionId, "running")])).toEqual({ kind: "fenced" });
  expect(await apply(newer, [aStatus(1, action?.actionId as ActionId, "running")])).toMatchObject({
    kind: "applied",
    cursor: 1,
  });
});

test("an agent that lost its ledger starts its count again and is heard", async () => {
  const { tenant, site, session } = await world.settle();
  const [action] = await addActions(world, site, ["a"]);
  const id = action?.actionId as ActionId;
  await applier()(session, [aStatus(1, id, "submitting"), aStatus(2, id, "submitted")]);
  const reborn = await addSession(world, site, session.agentId, { ledgerId: "made anew", statusSeq: 0 });
  expect(await cursorOf(reborn)).toBe(0);
  expect(await cursorOf(session)).toBe(2);
  expect(await applier()(reborn, [aStatus(1, id, "failed")])).toMatchObject({ kind: "applied", cursor: 1, moved: 1 });
  expect(await world.actions.getAction(tenant, id)).toMatchObject({ state: "failed" });
});
