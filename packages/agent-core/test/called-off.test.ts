import type { ActionOrder } from "@cordon/core/action";
import { addMs } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../src/index.ts";
import { ISOLATE, KILL, SCAN, SiteWorld } from "./site-world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * The ledger's file is set back to before the order was sent, if it was, and KSC cannot be reached: the agent believes that the order
 * is unsent.
 */
async function setBack(wasSent: boolean, patch: Partial<ActionOrder> = {}) {
  const world = new SiteWorld().start();
  world.edr.trouble = "ksc.unreachable";
  const order = world.order("h1", ISOLATE, patch);
  await world.offer(order);
  await world.pass(0);
  const older = world.store.copy();
  world.edr.trouble = wasSent ? undefined : "ksc.unreachable";
  await world.pass(30 * SECOND_MS);
  expect(world.edr.stored).toHaveLength(wasSent ? 1 : 0);
  world.store = older;
  world.edr.trouble = "ksc.unreachable";
  await world.crash();
  await world.pass(SECOND_MS);
  return { world, order };
}

const sends = (world: SiteWorld, { actionId }: ActionOrder) =>
  world.edr.stored.filter(({ order }) => order.actionId === actionId).length;

describe.each([
  ["cancel", "cancelResult", "too_late"],
  ["release", "releaseResult", "released"],
] as const)("a %s of what an older ledger calls unsent", (kind, answer, outcome) => {
  it("[L8][T1][A8] does not say that it never reached KSC, which has it", async () => {
    const { world, order } = await setBack(true);
    await world.agent.handle({ kind, actionId: order.actionId, reason: "a mistake" });
    expect(world.sent.findLast((message) => message.kind === answer)).toMatchObject({ outcome });
    await world.pass(2 * MINUTE_MS);
    expect(world.statuses.some(({ state }) => state === "cancelled")).toBe(false);
    world.edr.trouble = undefined;
    await world.pass(2 * MINUTE_MS);
    expect(world.state(order)).toBe("submitted");
    expect(sends(world, order)).toBe(1);
  });

  it("[L8][S4][A8] ends it unsent once KSC has said that it has not got it", async () => {
    const { world, order } = await setBack(false);
    await world.agent.handle({ kind, actionId: order.actionId, reason: "a mistake" });
    world.edr.trouble = undefined;
    await world.pass(2 * MINUTE_MS);
    expect(world.state(order)).toBe("cancelled");
    expect(sends(world, order)).toBe(0);
  });

  it("[S4][A8] ends one whose answer was lost and which is not at KSC, instead of sending it again", async () => {
    const world = new SiteWorld().start();
    const order = world.order("h1", ISOLATE);
    world.edr.submits.push("lose");
    await world.offer(order);
    await world.pass(SECOND_MS);
    expect(world.entryOf(order)).toMatchObject({ inDoubt: true });
    await world.agent.handle({ kind, actionId: order.actionId, reason: "a mistake" });
    await world.pass(MINUTE_MS);
    expect(world.state(order)).toBe("cancelled");
    expect(sends(world, order)).toBe(0);
  });

  it("[S4][A8] ends one that waits for a session", async () => {
    const world = new SiteWorld().start();
    const session = Promise.withResolvers<void>();
    world.edr.sessionGate = session.promise;
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(SECOND_MS);
    await world.agent.handle({ kind, actionId: order.actionId, reason: "a mistake" });
    session.resolve();
    await world.pass(MINUTE_MS);
    expect(world.state(order)).toBe("cancelled");
    expect(sends(world, order)).toBe(0);
  });
});

describe("what is unsent when others may have acted", () => {
  /** Two orders that KSC has not got; a later self of the ledger, or another agent, may have ended either. */
  async function suspected() {
    const world = new SiteWorld().start();
    world.edr.trouble = "ksc.unreachable";
    const deadline = addMs(world.clock.now(), 20 * MINUTE_MS);
    const orders = [world.order("h1", ISOLATE, { deadline }), world.order("h2", SCAN, { deadline })] as const;
    await world.offer(...orders);
    await world.pass(SECOND_MS);
    world.agent.sessionDown();
    world.connect(2);
    world.edr.trouble = undefined;
    await world.pass(2 * MINUTE_MS);
    expect(world.edr.stored).toEqual([]);
    return { world, orders };
  }

  it("[L8][S4][A8] is sent only when the coordinator offers it again; what was ended meanwhile, and is not, expires", async () => {
    const { world, orders } = await suspected();
    await world.reoffer(orders[0], world.clock.now());
    expect(world.verdicts().at(-1)).toMatchObject({ kind: "duplicate" });
    await world.pass(MINUTE_MS);
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([orders[0].actionId]);
    await world.pass(30 * MINUTE_MS);
    expect(world.state(orders[1])).toBe("expired");
    expect(sends(world, orders[1])).toBe(0);
  });

  it("[L8][A8] goes on waiting for that offer after a restart", async () => {
    const { world, orders } = await suspected();
    await world.crash();
    await world.pass(2 * MINUTE_MS);
    expect(world.edr.stored).toEqual([]);
    await world.reoffer(orders[1], world.clock.now());
    await world.pass(MINUTE_MS);
    expect(world.edr.stored.map(({ order }) => order.actionId)).toEqual([orders[1].actionId]);
  });

  it("[L8][D4][A8] waits for it too when an answer was lost before and the request did not arrive", async () => {
    const world = new SiteWorld().start();
    world.edr.submits.push("lose");
    const order = world.order("h1", ISOLATE);
    await world.offer(order);
    await world.pass(SECOND_MS);
    world.agent.sessionDown();
    world.connect(2);
    await world.pass(2 * MINUTE_MS);
    expect(world.entryOf(order)).toMatchObject({ state: "submitting", inDoubt: false });
    expect(world.edr.stored).toEqual([]);
    await world.reoffer(order, world.clock.now());
    await world.pass(MINUTE_MS);
    expect(sends(world, order)).toBe(1);
  });
});

describe("an order that an older ledger calls unsent", () => {
  it.each([
    [true, "submitted"],
    [false, "expired"],
  ] as const)("[L8][D6][A8] past its deadline KSC is asked before it ends (at KSC: %s)", async (wasSent, state) => {
    const deadline = { deadline: addMs(new SiteWorld().clock.now(), 2 * MINUTE_MS) };
    const { world, order } = await setBack(wasSent, deadline);
    await world.pass(5 * MINUTE_MS);
    expect(world.statuses.some((status) => status.state === "expired")).toBe(false);
    world.edr.trouble = undefined;
    await world.pass(5 * MINUTE_MS);
    expect(world.state(order)).toBe(state);
    expect(sends(world, order)).toBe(wasSent ? 1 : 0);
  });

  it("[L8][D6] that KSC never tells of is unknown in the end, not expired", async () => {
    const { world, order } = await setBack(false, { deadline: addMs(new SiteWorld().clock.now(), 2 * MINUTE_MS) });
    await world.pass(DEFAULT_SETTINGS.doubt.graceMs + 5 * MINUTE_MS);
    expect(world.state(order)).toBe("unknown");
  });

  it("[L8][A8] need not wait for its slot to be called off", async () => {
    const endpoint = { limit: 4, lifespanMs: 86_400_000 };
    const ledger = { ...DEFAULT_SETTINGS.ledger, endpoint, containReserve: 1, remediateReserve: 0, foreignMargin: 1 };
    const world = new SiteWorld({ ledger }).start();
    world.edr.addForeign("h1", 4, "isolateHost");
    const [scan, kill] = [world.order("h1", SCAN), world.order("h1", KILL)];
    await world.offer(scan, kill);
    await world.pass(SECOND_MS);
    await world.crash();
    await world.pass(SECOND_MS);
    expect([world.state(scan), world.state(kill)]).toEqual(["deferred", "deferred"]);
    for (const { actionId } of [scan, kill]) await world.agent.handle({ kind: "cancel", actionId, reason: "no" });
    await world.pass(SECOND_MS);
    expect([world.state(scan), world.state(kill)]).toEqual(["cancelled", "cancelled"]);
  });
});
