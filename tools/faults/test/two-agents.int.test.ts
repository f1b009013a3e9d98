import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentProcess } from "./agent-process.ts";
import { atKsc, ONCE, untilSettled } from "./audit.ts";
import { type Estate, startEstate, type Wish } from "./estate.ts";

/** Two agents at one site, and ledgers that are lost or older than they should be: every action has one effect [D4, L8]. */
let estate: Estate;
let first: AgentProcess;
/** The coordinator's name of the first. */
let firstId: string | undefined;

const LEASE_SECONDS = 4;
/** Agents that were cut off wait between their tries, with the coordinator and with KSC. */
const CASE_MS_MAX = 400_000;

beforeAll(async () => {
  estate = await startEstate({ CORDON_ACTING_LEASE_SECONDS: String(LEASE_SECONDS) });
  first = estate.agent;
  await estate.addAgent("second");
  await estate.until("the second agent to wait and the first to keep a lease", async () => {
    const { actingLeaseSeconds, connected } = await estate.record.site();
    return connected && actingLeaseSeconds === LEASE_SECONDS && (await waiting()).length === 1;
  });
  firstId = await activeAgent();
});
afterAll(() => estate?.stop());

const activeAgent = async () => (await estate.record.site()).agentId;
const waiting = async () => (await estate.record.site()).standbys.filter(({ connected }) => connected);
const stateOf = async (wish: Wish) => (await estate.record.action(await estate.actionOf(wish))).state;

async function untilTakenOver(from: string | undefined): Promise<void> {
  await estate.until("the other agent to take over", async () => {
    const { agentId, connected } = await estate.record.site();
    return connected && agentId !== from;
  });
}

/** Each case says what happens to whom, whatever the one before it left. */
async function makeFirstActive(): Promise<void> {
  await estate.until("both agents to be there", async () => (await waiting()).length === 1);
  const before = await activeAgent();
  if (before === firstId) return;
  await estate.record.promote();
  await untilTakenOver(before);
}

/** Settled, each with one incident and one effect; and KSC has none beside those of all actions. */
async function expectOnce(wishes: readonly Wish[]): Promise<void> {
  await untilSettled(estate, wishes);
  for (const wish of wishes) {
    expect(atKsc(estate, await estate.actionOf(wish), wish.hostId), wish.eventId).toEqual(ONCE);
    expect(await stateOf(wish)).toBe("succeeded");
  }
  const actions = await estate.record.actions();
  expect(estate.ksc.control.truth().incidents).toHaveLength(actions.length);
}

const some = (count: number) =>
  Array.from({ length: count }, (_, index) => estate.wish(index % 2 === 0 ? "isolateHost" : "terminateProcess"));

/** The agents hold these, and have sent none: KSC cannot be reached. */
async function deliveredUnsent(count: number): Promise<readonly Wish[]> {
  await estate.kscLine.refuse();
  const wishes = some(count);
  await estate.deliver(...wishes);
  await estate.until("all to be at the agent", async () => {
    for (const wish of wishes) if ((await stateOf(wish)) === "queued") return false;
    return true;
  });
  return wishes;
}

test(
  "[L8] an active agent that is stopped beyond its lease sends nothing more when it goes on, and the other one does its work",
  async () => {
    await makeFirstActive();
    const before = await activeAgent();
    const wishes = await deliveredUnsent(12);
    first.freeze();
    await estate.kscLine.heal();
    await untilTakenOver(before);
    await untilSettled(estate, wishes);
    first.thaw();
    await estate.until("the first agent to wait", async () =>
      (await waiting()).some(({ agentId }) => agentId === before),
    );
    await expectOnce(wishes);
  },
  CASE_MS_MAX,
);

test(
  "[L8] an active agent that is killed in mid-work: the other one finds at KSC what was sent, and sends the rest",
  async () => {
    await makeFirstActive();
    const before = await activeAgent();
    const held = estate.wish("isolateHost");
    estate.ksc.control.setHost(held.hostId, { behaviour: "offline" });
    await estate.deliver(held);
    await estate.until("one to be under way", async () => (await stateOf(held)) === "task_seen");
    const wishes = some(30);
    const sentBefore = estate.ksc.control.truth().incidents.length;
    await Promise.all([
      estate.deliver(...wishes),
      estate
        .until("some to be at KSC", () => estate.ksc.control.truth().incidents.length >= sentBefore + 5)
        .then(() => first.kill9()),
    ]);
    await untilTakenOver(before);
    estate.ksc.control.setHost(held.hostId, { behaviour: "online" });
    await expectOnce([held, ...wishes]);
    await first.start();
    await estate.until("the killed one to wait", async () => (await waiting()).length === 1);
  },
  CASE_MS_MAX,
);

test(
  "[L8] an active agent that is cut off from the coordinator but not from KSC stops by itself before the other one begins",
  async () => {
    await makeFirstActive();
    const before = await activeAgent();
    const wishes = await deliveredUnsent(8);
    estate.gatewayLine.blackhole();
    await estate.kscLine.heal();
    await untilTakenOver(before);
    await untilSettled(estate, wishes);
    await estate.gatewayLine.heal();
    await estate.until("the cut off one to wait", async () => (await waiting()).length === 1);
    await expectOnce(wishes);
  },
  CASE_MS_MAX,
);

test(
  "an admin's promotion moves the site to the other agent, and work goes on there",
  async () => {
    await makeFirstActive();
    const before = await activeAgent();
    const early = some(4);
    await estate.deliver(...early);
    await estate.record.promote();
    await untilTakenOver(before);
    const late = some(4);
    await estate.deliver(...late);
    await expectOnce([...early, ...late]);
    expect(await waiting()).toMatchObject([{ agentId: before }]);
  },
  CASE_MS_MAX,
);

test(
  "[L8] a ledger that is lost in mid-work costs nothing: what it held is offered again and looked for at KSC",
  async () => {
    await makeFirstActive();
    const offline = estate.wish("isolateHost");
    const done = estate.wish("isolateHost");
    await estate.deliver(done);
    await untilSettled(estate, [done]);
    estate.ksc.control.setHost(offline.hostId, { behaviour: "offline" });
    await estate.deliver(offline);
    await estate.until("one to be under way", async () => (await stateOf(offline)) === "task_seen");
    const unsent = await deliveredUnsent(6);
    await first.kill9();
    first.loseLedger();
    await estate.kscLine.heal();
    await first.start();
    await estate.until("a site to be connected", async () => (await estate.record.site()).connected);
    estate.ksc.control.setHost(offline.hostId, { behaviour: "online" });
    await expectOnce([done, offline, ...unsent]);
  },
  CASE_MS_MAX,
);

test(
  "[L8] a ledger that was put back from an older copy does nothing twice",
  async () => {
    await makeFirstActive();
    const early = await deliveredUnsent(6);
    await first.kill9();
    first.saveLedger();
    await first.start();
    await estate.kscLine.heal();
    await untilSettled(estate, early);
    const late = some(6);
    await estate.deliver(...late);
    await estate.until("the later ones to be at KSC", async () => {
      for (const wish of late)
        if (atKsc(estate, await estate.actionOf(wish), wish.hostId).incidents === 0) return false;
      return true;
    });
    await first.kill9();
    first.restoreLedger();
    await first.start();
    await expectOnce([...early, ...late]);
  },
  CASE_MS_MAX,
);
