import { type ActiveRules, createIngest, createSweep, type Ingest, rulesInUse } from "@cordon/coordinator-core";
import { AppError, eventId, ruleId, silentLogger, systemClock, type TenantId, tenantId } from "@cordon/core/kernel";
import type { Rule } from "@cordon/core/rules";
import { eventually } from "@cordon/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createMemoryQueueServer } from "./memory-queue.ts";
import {
  addSite,
  anAction,
  anEndpoint,
  anEvent,
  aRule,
  compileJsonRules,
  NO_CHAINS,
  NOW,
  openRecordWorld,
  type RecordWorld,
  sendAll,
} from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

function activeRules(...rules: readonly Rule[]): ActiveRules {
  const compilation = compileJsonRules([{ name: "rules.json", text: JSON.stringify(rules) }]);
  if (!compilation.ok) throw new Error(JSON.stringify(compilation.problems));
  const current = { version: 7, hash: "hash", compiled: compilation.compiled };
  return {
    current: () => current,
    inUse: () => rulesInUse(current),
    start: async () => {},
    refresh: async () => {},
    stop: () => {},
  };
}

function anIngest(
  rules: readonly Rule[] = [aRule()],
  limits = {},
): { readonly ingest: Ingest; readonly server: ReturnType<typeof createMemoryQueueServer> } {
  const server = createMemoryQueueServer();
  const ingest = createIngest({
    store: world.ingest,
    queue: server.open(),
    rules: activeRules(...rules),
    clock: systemClock,
    logger: silentLogger,
    limits,
  });
  return { ingest, server };
}

const events = (...list: ReturnType<typeof anEvent>[]) => ({ events: list, rejected: [], bytes: list.length * 100 });
const allActions = (tenant: TenantId) => world.actions.listActions(tenant, { limit: 500 });
const allDecisions = (tenant: TenantId) => world.actions.listDecisions(tenant, { limit: 500 });

test("[D1] an answered event is in the record with its decisions and actions, and its action is in the queue", async () => {
  const { tenant, site } = await world.settle();
  const { ingest, server } = anIngest();
  const answer = await ingest.ingest(tenant, events(anEvent(tenant, "e1")));
  expect(answer).toEqual({ kind: "stored", accepted: 1, duplicates: 0, quarantined: 0, decisions: 1, actions: 1 });
  expect(await world.actions.getEvent(tenant, "e1")).toMatchObject({ name: "R001", decisions: 1 });
  const [action] = await allActions(tenant);
  expect(action).toMatchObject({
    ...site,
    state: "queued",
    endpointId: "host-1",
    ruleSetVersion: 7,
    spec: { kind: "isolateHost" },
  });
  expect(await allDecisions(tenant)).toMatchObject([
    { verdict: "act", actionId: action?.actionId, code: "rule.matched" },
  ]);
  expect(await world.actions.getTimeline(tenant, action?.actionId as never)).toMatchObject([
    { source: "rules", state: "queued", outcome: "moved" },
  ]);
  await ingest.drain();
  expect(await server.open().stats(site)).toEqual({ waiting: 1, delayed: 0, active: 0 });
});

test("[D1] twenty callers with the same event at once make one row and one set of actions", async () => {
  const { tenant } = await world.settle();
  // Two processes: what one batch cannot see, the database must.
  const processes = [anIngest(), anIngest()];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      processes[index % 2]?.ingest.ingest(tenant, events(anEvent(tenant, "same"))),
    ),
  );
  const sum = (member: "accepted" | "duplicates" | "actions") =>
    answers.reduce((total, answer) => total + (answer?.kind === "stored" ? answer[member] : Number.NaN), 0);
  expect({ accepted: sum("accepted"), duplicates: sum("duplicates"), actions: sum("actions") }).toEqual({
    accepted: 1,
    duplicates: 19,
    actions: 1,
  });
  expect(await world.actions.listEvents(tenant, { limit: 10 })).toHaveLength(1);
  expect(await allActions(tenant)).toHaveLength(1);
});

test("sending again after the answer changes nothing", async () => {
  const { tenant } = await world.settle();
  const { ingest } = anIngest();
  await ingest.ingest(tenant, events(anEvent(tenant, "e1")));
  await sendAll(world, tenant);
  const again = await ingest.ingest(
    tenant,
    events(anEvent(tenant, "e1"), anEvent(tenant, "e2"), anEvent(tenant, "e2")),
  );
  expect(again).toMatchObject({ accepted: 1, duplicates: 2, actions: 1 });
  expect(await allActions(tenant)).toHaveLength(2);
});

test("[D2] after a crash between commit and queue the sweep makes exactly one job", async () => {
  const { tenant, site } = await world.settle();
  const { ingest, server } = anIngest();
  server.down = true;
  expect(await ingest.ingest(tenant, events(anEvent(tenant, "e1")))).toMatchObject({ kind: "stored", actions: 1 });
  await ingest.drain();
  server.down = false;
  const queue = server.open();
  expect(await queue.stats(site)).toEqual({ waiting: 0, delayed: 0, active: 0 });
  const sweep = createSweep({
    store: world.sweep,
    sessions: world.sessions,
    redelivery: { run: async () => {} },
    chains: NO_CHAINS,
    queue,
    clock: { ...systemClock, now: () => NOW },
    logger: silentLogger,
  });
  await sweep.runOnce();
  await sweep.runOnce();
  expect(await queue.stats(site)).toEqual({ waiting: 1, delayed: 0, active: 0 });
});

test("a cool-down holds within a batch, between batches and between processes", async () => {
  const { tenant } = await world.settle();
  const rules = [aRule({ limits: { coolDownMs: 3_600_000 } })];
  const processes = [anIngest(rules), anIngest(rules), anIngest(rules)];
  await Promise.all(
    processes.map(({ ingest }, index) =>
      ingest.ingest(tenant, events(anEvent(tenant, `a${index}`), anEvent(tenant, `b${index}`))),
    ),
  );
  expect(await allActions(tenant)).toHaveLength(1);
  const verdicts = (await allDecisions(tenant)).map(({ verdict, code }) => `${verdict} ${code}`).sort();
  expect(verdicts).toEqual(["act rule.matched", ...Array.from({ length: 5 }, () => "suppress guard.cool_down")]);
});

test("a plan is made only when another process's plan for the tenant is committed, so it sees what that one did", async () => {
  const { tenant, site } = await world.settle();
  const { decision, action } = anAction(site, "first", { kind: "isolateHost" });
  const key = { ...site, ruleId: decision.ruleId, endpointId: action.endpointId, actionKind: decision.actionKind };
  const batch = (id: string) => ({ events: [anEvent(tenant, id)], quarantine: [], receivedAt: NOW });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  // Also when the test fails, or the server could not be closed.
  onTestFinished(() => release());
  const { promise: firstPlans, resolve: begin } = Promise.withResolvers<void>();
  const first = world.ingest.commit(tenant, batch("event-first"), new Set([decision.eventId]), async () => {
    begin();
    await held;
    return { decisions: [decision], actions: [action] };
  });
  await firstPlans;
  let seen: unknown;
  const second = world.ingest.commit(tenant, batch("second"), new Set([eventId("second")]), async (_fresh, reads) => {
    seen = [...(await reads.lastActs([{ ...key, actsMax: 1 }])).values()];
    return { decisions: [], actions: [] };
  });
  const waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  await eventually(async () => (await world.database.query(waiting)).length === 1, { what: "the second to wait" });
  release();
  await Promise.all([first, second]);
  expect(seen).toEqual([[NOW]]);
});

test("[S5] an ambiguous or unknown target is a recorded refusal and makes no action", async () => {
  const twins = [anEndpoint(), anEndpoint({ endpointId: "host-2" as never, fqdn: "ws-1.other.example" })];
  const { tenant } = await world.settle({ endpoints: twins });
  const { ingest } = anIngest();
  await ingest.ingest(
    tenant,
    events(anEvent(tenant, "twins"), anEvent(tenant, "none", { DestinationHostName: "nobody" })),
  );
  const codes = (await allDecisions(tenant)).map(({ eventId, code }) => `${eventId} ${code}`).sort();
  expect(codes).toEqual(["none endpoint.not_found", "twins endpoint.ambiguous"]);
  expect(await allActions(tenant)).toEqual([]);
});

test("an endpoint is found by host id, instance id, name, DNS name and address, and by a hint at the site", async () => {
  const endpoint = anEndpoint({ instanceId: "INST-1", addresses: ["10.9.9.9", "2001:DB8::1"] });
  const { tenant } = await world.settle({ endpoints: [endpoint] });
  await addSite(world, tenant, "branch");
  const steps = [
    { by: "hostId", field: "DestinationAssetID", value: "HOST-1" },
    { by: "assetId", field: "DestinationAssetID", value: "inst-1" },
    { by: "hostName", field: "DestinationHostName", value: "Ws-1" },
    { by: "fqdn", field: "DestinationHostName", value: "WS-1.ACME.example" },
    { by: "address", field: "DestinationAddress", value: "2001:db8:0::1" },
    { by: "address", field: "DestinationAddress", value: "10.9.9.9", site: { field: "DeviceHostName" } },
  ] as const;
  for (const [index, { value, ...step }] of steps.entries()) {
    const { ingest } = anIngest([aRule({ target: [step] })]);
    const fields = { [step.field]: value, DeviceHostName: "KSC-HQ.example" };
    const answer = await ingest.ingest(tenant, events(anEvent(tenant, `by-${index}`, fields)));
    expect(answer, step.by).toMatchObject({ actions: 1 });
    await sendAll(world, tenant);
  }
});

test("bad events are quarantined with their reason in the same answer; a text of any kind is kept", async () => {
  const { tenant } = await world.settle();
  const { ingest } = anIngest();
  const raw = `{"half":"\ud800","nul":"\0"`;
  const rejected = [{ code: "event.invalid", message: "ID is missing\0", raw } as const];
  const answer = await ingest.ingest(tenant, { events: [anEvent(tenant, "good")], rejected, bytes: 10 });
  expect(answer).toMatchObject({ accepted: 1, quarantined: 1 });
  const [kept] = await world.actions.listQuarantine(tenant, { limit: 10 });
  expect(kept).toMatchObject({ code: "event.invalid", message: "ID is missing\ufffd", truncated: false });
  expect(kept?.raw).toBe(`{"half":"\ufffd","nul":"\0"`);
});

test("an event with text that Postgres cannot hold is stored, and takes nobody down with it", async () => {
  const { tenant } = await world.settle();
  const { ingest } = anIngest();
  const odd = { Message: "nul \0 and half \udc00", "Extra.\0": "\0" };
  const answers = await Promise.all([
    ingest.ingest(tenant, events(anEvent(tenant, "odd", { ...odd, DestinationHostName: "ws-1\0" }))),
    ingest.ingest(tenant, events(anEvent(tenant, "even"))),
  ]);
  expect(answers).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
  expect((await world.actions.getEvent(tenant, "odd"))?.fields.Message).toBe("nul \ufffd and half \ufffd");
});

test("an unknown tenant is not found and stores nothing", async () => {
  const { ingest } = anIngest();
  const nobody = tenantId("nobody");
  await expect(ingest.ingest(nobody, events(anEvent(nobody, "e")))).rejects.toMatchObject({ code: "tenant.not_found" });
});

test("a full line turns requests away with nothing stored, and containment last", async () => {
  const { tenant } = await world.settle();
  const rules = [
    aRule(),
    aRule({
      id: ruleId("scan"),
      when: { field: "Name", op: "=", value: "Scan" },
      actions: [{ kind: "onDemandScan", arguments: {} }],
    }),
  ];
  const { ingest } = anIngest(rules, { waitingEventsMax: 2, commitsMax: 1, batchEventsMax: 1 });
  const first = [
    ingest.ingest(tenant, events(anEvent(tenant, "1"))),
    ingest.ingest(tenant, events(anEvent(tenant, "2"))),
  ];
  const scan = { ...anEvent(tenant, "scan"), name: "Scan", fields: { Name: "Scan", DestinationHostName: "ws-1" } };
  expect(await ingest.ingest(tenant, events(scan))).toMatchObject({ kind: "overloaded", code: "intake.overloaded" });
  const urgent = await ingest.ingest(tenant, events(anEvent(tenant, "urgent", { Name: "R001" })));
  expect(urgent).toMatchObject({ kind: "stored" });
  expect(await Promise.all(first)).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
  expect(await world.actions.getEvent(tenant, "scan")).toBeUndefined();
  expect(ingest.waiting()).toEqual({ events: 0, bytes: 0 });
});

test("[D1] every event that was answered is there after a kill -9 of Postgres in the middle of it", async () => {
  const { tenant } = await world.settle();
  const { ingest } = anIngest([aRule()], { batchEventsMax: 20 });
  const acknowledged: string[] = [];
  const failures: unknown[] = [];
  let sending = true;
  const sender = async (name: string) => {
    for (let index = 0; sending; index++) {
      const id = `${name}-${index}`;
      try {
        const answer = await ingest.ingest(tenant, events(anEvent(tenant, id)));
        if (answer.kind === "stored") acknowledged.push(id);
      } catch (error) {
        failures.push(error);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const senders = ["a", "b", "c", "d"].map(sender);
  await eventually(() => acknowledged.length > 50, { what: "the stream to run" });
  await world.postgres.kill9();
  await eventually(() => failures.length > 0, { what: "a sender to be told that nothing was stored" });
  await world.postgres.restarted();
  const before = acknowledged.length;
  await eventually(() => acknowledged.length > before + 50, { what: "the stream to go on" });
  sending = false;
  await Promise.all(senders);

  expect(failures.every((error) => error instanceof AppError && error.code === "store.unavailable")).toBe(true);
  // Each with its one decision, and that with an action: its own, or the unsent one of an event before it.
  const stored = await world.database.query<{ id: string; decisions: number }>(
    `SELECT e.event_id AS id, (SELECT count(*) FROM decisions d JOIN actions a USING (tenant_id, action_id)
       WHERE d.tenant_id = e.tenant_id AND d.event_id = e.event_id) AS decisions
     FROM events e WHERE tenant_id = $1`,
    [tenant],
  );
  const found = new Map(stored.map(({ id, decisions }) => [id, decisions]));
  expect(acknowledged.filter((id) => found.get(id) !== 1)).toEqual([]);
});
