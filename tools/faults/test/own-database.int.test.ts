import { afterAll, beforeAll, expect, test } from "vitest";
import { atKsc, auditSite, isForward, ONCE, untilSettled, wayOf } from "./audit.ts";
import { type Estate, startEstate, type Wish } from "./estate.ts";
import { isQueueEmpty, loseTheNextAnswer, ONE_OFFER_AT_A_TIME } from "./stages.ts";
import { describeStrikes } from "./strike-matrix.ts";

/** The coordinator as it starts with nothing configured: its own Postgres holds record and queue. */
let estate: Estate;

beforeAll(async () => {
  estate = await startEstate(ONE_OFFER_AT_A_TIME);
});
afterAll(() => estate?.stop());

/** Above a start of coordinator or agent and a settlement on a loaded machine. */
const CASE_MS_MAX = 200_000;

const stateOf = async (wish: Wish) => (await estate.record.action(await estate.actionOf(wish))).state;
const until = (wish: Wish, state: string) =>
  estate.until(`${wish.eventId} to be ${state}`, async () => (await stateOf(wish)) === state);

/** Settled, once, and the whole site is in order. */
async function expectOnce(...wishes: readonly Wish[]): Promise<void> {
  await untilSettled(estate, wishes);
  for (const wish of wishes) expect(atKsc(estate, await estate.actionOf(wish), wish.hostId)).toEqual(ONCE);
  expect(await auditSite(estate)).toEqual([]);
}

/** Events one by one, eight at a time, each until it is acknowledged; the strike comes when a quarter is. */
async function burst(strike: () => Promise<void> | void): Promise<readonly Wish[]> {
  const wishes = Array.from({ length: 40 }, () => estate.wish("isolateHost"));
  const before = estate.acknowledged.length;
  const isUnderWay = () => estate.acknowledged.length >= before + wishes.length / 4;
  const struck = estate.until("a quarter to be acknowledged", isUnderWay).then(strike);
  await Promise.all([...wishes.map((wish) => estate.deliver(wish)), struck]);
  return wishes;
}

test(
  "[D3] a job ends at the agent's receipt: the queue is empty while the task still waits for its device",
  async () => {
    const wish = estate.wish("isolateHost");
    estate.ksc.control.setHost(wish.hostId, { behaviour: "offline" });
    await estate.deliver(wish);
    await until(wish, "task_seen");
    await estate.until("the queue to be empty", () => isQueueEmpty(estate));
    expect(await stateOf(wish)).toBe("task_seen");
    estate.ksc.control.setHost(wish.hostId, { behaviour: "online" });
    await expectOnce(wish);
  },
  CASE_MS_MAX,
);

test(
  "[D5] what a site finishes while the WAN is down is told afterwards, complete and in order, and what came meanwhile follows",
  async () => {
    const [under, meanwhile] = [estate.wish("isolateHost"), estate.wish("isolateHost")];
    estate.ksc.control.setHost(under.hostId, { behaviour: "offline" });
    await estate.deliver(under);
    await until(under, "task_seen");
    const actionId = await estate.actionOf(under);
    await estate.gatewayLine.refuse();
    estate.ksc.control.setHost(under.hostId, { behaviour: "online" });
    await estate.until("the site to finish alone", () => estate.agent.ledgerState(actionId) === "succeeded");
    await estate.deliver(meanwhile);
    expect([await stateOf(under), await stateOf(meanwhile)]).toEqual(["task_seen", "queued"]);
    await estate.gatewayLine.heal();
    await expectOnce(under, meanwhile);
    const way = wayOf(await estate.record.action(actionId));
    expect(way.at(-1)).toBe("succeeded");
    expect(isForward(way), way.join(", ")).toBe(true);
  },
  CASE_MS_MAX,
);

describeStrikes(
  () => estate,
  [
    { what: "the line between agent and coordinator is cut", strike: ({ gatewayLine }) => gatewayLine.cut() },
    { what: "the line between agent and KSC is cut", strike: ({ kscLine }) => kscLine.cut() },
    {
      what: "the agent is killed",
      strike: ({ agent }) => agent.kill9(),
      mend: ({ agent }) => agent.start(),
    },
    { what: "the coordinator's own Postgres is killed", strike: ({ coordinator }) => coordinator.killPostgres() },
  ],
);

test(
  "[D4] an agent that is killed before it knows whether KSC stored its incident finds it instead of sending another",
  async () => {
    const wish = estate.wish("terminateProcess");
    const { control } = estate.ksc;
    loseTheNextAnswer(control);
    await estate.deliver(wish);
    const actionId = await estate.actionOf(wish);
    await estate.until("KSC to store the incident", () => atKsc(estate, actionId, wish.hostId).incidents === 1);
    await estate.agent.kill9();
    expect(estate.agent.ledgerState(actionId)).toBe("submitting");
    control.clearFaults();
    await estate.agent.start();
    await expectOnce(wish);
  },
  CASE_MS_MAX,
);

test(
  "[D4] an offer whose receipt is lost with the line is offered again and not done again",
  async () => {
    const wish = estate.wish("isolateHost");
    estate.gatewayLine.blackhole("toTarget");
    await estate.deliver(wish);
    const actionId = await estate.actionOf(wish);
    await estate.until("the agent to have the offer on disk", () => estate.agent.ledgerState(actionId));
    expect(await stateOf(wish)).toBe("queued");
    estate.gatewayLine.cut();
    await estate.gatewayLine.heal();
    await expectOnce(wish);
  },
  CASE_MS_MAX,
);

test(
  "[D1] a Postgres that is killed in the middle of a burst costs retries only; the coordinator goes on by itself",
  async () => {
    const wishes = await burst(() => estate.coordinator.killPostgres());
    await expectOnce(...wishes);
  },
  CASE_MS_MAX,
);

// Late: each start of the coordinator lets the agent wait longer before it dials again.
describeStrikes(
  () => estate,
  [
    {
      what: "the coordinator is killed",
      strike: ({ coordinator }) => coordinator.kill9(),
      mend: ({ coordinator }) => coordinator.start(),
    },
  ],
);

test(
  "[D1] a coordinator that is killed in the middle of a burst loses nothing it acknowledged and plans nothing twice",
  async () => {
    const wishes = await burst(async () => {
      await estate.coordinator.kill9();
      await estate.coordinator.start();
    });
    await expectOnce(...wishes);
  },
  CASE_MS_MAX,
);
