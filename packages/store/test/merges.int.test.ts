import { createIngest, type Ingest } from "@cordon/coordinator-core";
import type { ActionState } from "@cordon/core/action";
import {
  type ActionId,
  addMs,
  type EpochMs,
  epochMs,
  ruleId,
  silentLogger,
  systemClock,
  type TenantId,
} from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { activeRules } from "./active-rules.ts";
import { createMemoryQueueServer } from "./memory-queue.ts";
import { anEvent, aRule, NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const isolates = (id: string, seconds: number, parts: Partial<Rule> = {}) =>
  aRule({
    id: ruleId(id),
    when: { field: "Name", op: "=", value: id },
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: seconds } }],
    ...parts,
  });

/** A tenant whose rules are named like the events that they meet, and two processes that take them in turns. */
async function aTenant(rules: readonly Rule[]) {
  const { tenant } = await world.settle();
  let now: EpochMs = NOW;
  const processes = [1, 2].map(
    (): Ingest =>
      createIngest({
        store: world.ingest,
        queue: createMemoryQueueServer().open(),
        rules: activeRules(rules),
        clock: { ...systemClock, now: () => now },
        logger: silentLogger,
      }),
  );
  let sent = 0;
  const hit = async (...names: readonly string[]): Promise<readonly string[]> => {
    const events = names.map((name) => anEvent(tenant, `e${++sent}`, { Name: name }));
    await processes[sent % 2]?.ingest(tenant, { events, rejected: [], bytes: 100 });
    const decisions = await world.actions.listDecisions(tenant, { limit: 500 });
    return events.map(({ id }) => decisions.find(({ eventId }) => eventId === id)?.verdict ?? "none");
  };
  return {
    tenant,
    processes,
    hit,
    at: (time: EpochMs) => {
      now = time;
    },
  };
}

const actionsOf = (tenant: TenantId) =>
  world.actions
    .listActions(tenant, { limit: 500 })
    .then((rows) => rows.toSorted((left, right) => left.createdAt - right.createdAt));

const moveAll = async (tenant: TenantId, state: ActionState) => {
  for (const { actionId } of await actionsOf(tenant)) {
    await world.actions.move(tenant, [{ actionId, state, at: NOW, source: "dispatch" }], NOW);
  }
};

test("[P14] an unsent action serves later events that wish for the same, by whatever rule and process, and lasts as long as they need it", async () => {
  const { tenant, hit, at } = await aTenant([isolates("a", 3_600), isolates("b", 3_600)]);
  expect(await hit("a", "b")).toEqual(["act", "merge"]);
  at(addMs(NOW, HOUR_MS));
  expect(await hit("b")).toEqual(["merge"]);
  expect(await hit("a")).toEqual(["merge"]);
  const [action, ...others] = await actionsOf(tenant);
  expect(others).toEqual([]);
  expect(action).toMatchObject({ ruleId: "a", deadline: addMs(NOW, 5 * HOUR_MS) });
  const decisions = await world.actions.listDecisions(tenant, { verdict: "merge", limit: 10 });
  expect(decisions.map(({ actionId }) => actionId)).toEqual(Array(3).fill(action?.actionId));
  expect(decisions[0]?.reason).toContain("not sent yet: one action serves both");
});

test.each<ActionState>(["delivered", "cancelled", "expired"])(
  "[P14] an action that is %s serves nobody who comes later",
  async (state) => {
    const { tenant, hit } = await aTenant([isolates("a", 3_600)]);
    await hit("a");
    await moveAll(tenant, state);
    expect(await hit("a")).toEqual(["act"]);
    expect(await actionsOf(tenant)).toHaveLength(2);
  },
);

test("[P14] two processes that are asked for the same at once order it once", async () => {
  const { tenant, processes } = await aTenant([isolates("a", 3_600)]);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      processes[index % 2]?.ingest(tenant, {
        events: [anEvent(tenant, `e${index}`, { Name: "a" })],
        rejected: [],
        bytes: 100,
      }),
    ),
  );
  expect(await actionsOf(tenant)).toHaveLength(1);
  expect(await world.actions.listDecisions(tenant, { verdict: "merge", limit: 50 })).toHaveLength(19);
});

test("[P14] [S6] the longer isolation wins: a shorter wish is served, a longer one takes the place of what was not sent", async () => {
  const { tenant, hit, at } = await aTenant([isolates("hour", 3_600), isolates("day", 86_400)]);
  expect(await hit("hour")).toEqual(["act"]);
  at(addMs(NOW, 1));
  expect(await hit("day", "hour")).toEqual(["act", "merge"]);
  const [hour, day] = await actionsOf(tenant);
  expect(hour).toMatchObject({
    state: "cancelled",
    detail: { code: "action.superseded", message: expect.stringContaining(day?.actionId ?? "?") },
  });
  expect(day).toMatchObject({ state: "queued", ruleId: "day", spec: { durationSeconds: 86_400 } });
  const timeline = await world.actions.getTimeline(tenant, hour?.actionId as never);
  expect(timeline?.map(({ state, source }) => `${state} ${source}`)).toEqual(["queued rules", "cancelled rules"]);
});

test("[P14] what is held serves its own rule's later events only, and nobody who need not wait", async () => {
  const { hit } = await aTenant([
    isolates("held", 3_600, { mode: "hold" }),
    isolates("other", 3_600, { mode: "hold" }),
    isolates("free", 3_600),
  ]);
  expect(await hit("held")).toEqual(["hold"]);
  expect(await hit("held")).toEqual(["merge"]);
  expect(await hit("other")).toEqual(["hold"]);
  expect(await hit("free")).toEqual(["act"]);
  expect(await hit("held", "other")).toEqual(["merge", "merge"]);
});

test("[P14] what is overdue serves nobody, though no sweep has ended it yet", async () => {
  const { hit, at } = await aTenant([isolates("a", 3_600)]);
  expect(await hit("a")).toEqual(["act"]);
  at(epochMs(NOW + 4 * HOUR_MS));
  expect(await hit("a")).toEqual(["act"]);
});

test("[P14] an action that is to serve a later event is sent, cancelled or expired after that is stored, and not in between", async () => {
  const { tenant, hit } = await aTenant([isolates("a", 3_600)]);
  await hit("a");
  const [action] = await actionsOf(tenant);
  const actionId = action?.actionId as ActionId;
  let sent = false;
  let sending: Promise<unknown> = Promise.resolve();
  const ingest = createIngest({
    store: {
      commit: (id, batch, candidates, plan) =>
        world.ingest.commit(id, batch, candidates, async (fresh, reads) => {
          const planned = await plan(fresh, reads);
          sending = world.actions
            .move(tenant, [{ actionId, state: "delivered", at: NOW, source: "dispatch" }], NOW)
            .then(() => {
              sent = true;
            });
          await eventually(
            async () => (await world.database.query("SELECT FROM pg_locks WHERE NOT granted")).length > 0,
            { what: "the receipt to wait" },
          );
          expect(sent).toBe(false);
          return planned;
        }),
    },
    queue: createMemoryQueueServer().open(),
    rules: activeRules([isolates("a", 3_600)]),
    clock: { ...systemClock, now: () => NOW },
    logger: silentLogger,
  });
  await ingest.ingest(tenant, { events: [anEvent(tenant, "later", { Name: "a" })], rejected: [], bytes: 100 });
  await sending;
  const [merged] = await world.actions.listDecisions(tenant, { verdict: "merge", limit: 1 });
  expect(merged?.actionId).toBe(actionId);
  expect(await actionsOf(tenant)).toMatchObject([{ state: "delivered" }]);
});
