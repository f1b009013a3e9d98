import { createActionDesk } from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import { silentLogger, systemClock, systemRandom, type TenantId } from "@cordon/core/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { addActions, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const aDesk = () =>
  createActionDesk({
    store: world.actions,
    inventory: world.inventory,
    brakes: world.brakes,
    labels: world.labels,
    queue: createMemoryQueueServer().open(),
    linkOf: () => undefined,
    clock: { ...systemClock, now: () => NOW },
    random: systemRandom,
    logger: silentLogger,
  });

const request = { actor: "ann", reason: "the host is back", force: false };

/** One action that has come to this. */
async function anActionIn(state: ActionState) {
  const { tenant, site } = await world.settle();
  const [action] = await addActions(world, site, [`one-${tenant}`]);
  if (action === undefined) throw new Error("there is one");
  await world.actions.move(tenant, [{ actionId: action.actionId, state, at: NOW, source: "agent" }], NOW);
  return { tenant, old: action };
}

const timelineOf = async (tenant: TenantId, id: Parameters<typeof world.actions.getTimeline>[1]) =>
  (await world.actions.getTimeline(tenant, id))?.map(({ state, outcome, actor, detail }) => ({
    state,
    outcome,
    actor,
    message: detail?.message,
  }));

test("[D4] another try is a new action with the same arguments, and each timeline names the other", async () => {
  const { tenant, old } = await anActionIn("failed");
  const answer = await aDesk().retry(tenant, old.actionId, request);
  if (answer.kind !== "ordered") throw new Error(answer.kind);
  const { action } = answer;
  expect(action.actionId).not.toBe(old.actionId);
  expect(await world.actions.getAction(tenant, action.actionId)).toMatchObject({
    spec: old.spec,
    endpointId: old.endpointId,
    state: "queued",
    retryOf: old.actionId,
  });
  expect(await timelineOf(tenant, action.actionId)).toMatchObject([
    { state: "queued", actor: "ann", message: `Another try of ${old.actionId}, which ended as failed.` },
  ]);
  expect((await timelineOf(tenant, old.actionId))?.at(-1)).toEqual({
    state: "failed",
    outcome: "unchanged",
    actor: "ann",
    message: `Tried again as ${action.actionId}: the host is back`,
  });
  expect((await world.actions.getAction(tenant, old.actionId))?.state).toBe("failed");
  const [decision] = await world.actions.listDecisions(tenant, { limit: 1, eventId: action.eventId });
  expect(decision).toMatchObject({
    code: "order.by_hand",
    detail: { retryOf: old.actionId, reason: "the host is back" },
  });
});

test.each<readonly [state: ActionState, plain: string, forced: string]>([
  ["failed", "ordered", "ordered"],
  ["expired", "ordered", "ordered"],
  ["refused", "ordered", "ordered"],
  ["cancelled", "ordered", "ordered"],
  ["unknown", "action.retry_unsafe", "ordered"],
  ["no_console", "action.retry_unsafe", "ordered"],
  ["succeeded", "action.retry_unsafe", "ordered"],
  ["running", "action.not_ended", "action.not_ended"],
  ["delivered", "action.not_ended", "action.not_ended"],
])("[D4] an action that is %s: %s, and with force %s", async (state, plain, forced) => {
  const { tenant, old } = await anActionIn(state);
  const outcomeOf = async (force: boolean) => {
    const answer = await aDesk().retry(tenant, old.actionId, { ...request, force });
    return answer.kind === "refused" ? answer.code : answer.kind;
  };
  expect(await outcomeOf(false)).toBe(plain);
  if (plain !== "ordered") expect(await outcomeOf(true)).toBe(forced);
});

test("[D4] of two people who try again at once one does, and the same request tries once", async () => {
  const { tenant, old } = await anActionIn("failed");
  const answers = await Promise.all([aDesk(), aDesk()].map((desk) => desk.retry(tenant, old.actionId, request)));
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["ordered", "refused"]);
  const refused = answers.find((answer) => answer.kind === "refused");
  const ordered = answers.find((answer) => answer.kind === "ordered");
  expect(refused).toMatchObject({
    code: "action.retry_under_way",
    reason: expect.stringContaining(ordered?.kind === "ordered" ? ordered.action.actionId : "?"),
  });
  const other = await anActionIn("failed");
  const keyed = { ...request, requestKey: "ticket-1" };
  const [first, again] = [
    await aDesk().retry(other.tenant, other.old.actionId, keyed),
    await aDesk().retry(other.tenant, other.old.actionId, keyed),
  ];
  expect([first, again]).toMatchObject([{ created: true }, { created: false }]);
  expect(await world.actions.listActions(other.tenant, { limit: 10 })).toHaveLength(2);
});

test("[S4] [S10] another try goes through the brakes, and another tenant's action is not found", async () => {
  const { tenant, old } = await anActionIn("failed");
  const { tenant: other } = await world.settle();
  expect(await aDesk().retry(other, old.actionId, request)).toMatchObject({ kind: "not_found" });
  const brakeId = `switch-${tenant}`;
  await world.brakes.addBrake(
    { type: "killSwitch", brakeId, scope: { tenantId: tenant }, reason: "no", setBy: "ann", setAt: NOW },
    100,
  );
  expect(await aDesk().retry(tenant, old.actionId, request)).toMatchObject({
    kind: "refused",
    code: "guard.kill_switch",
  });
  expect(await timelineOf(tenant, old.actionId)).toHaveLength(2);
});
