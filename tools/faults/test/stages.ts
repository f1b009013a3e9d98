import type { ActionState } from "@cordon/core/action";
import type { Estate, Order, Wish } from "./estate.ts";

/** The stages of one action, in the order in which they can be held open beside each other on one site. */
export const STAGES = [
  "running",
  "task_seen",
  "submitted",
  "submitting",
  "delivered",
  "offered",
  "queued",
  "incoming",
] as const;

export type Stage = (typeof STAGES)[number];
/** `incoming` events are sent while the victim is down, so there is nothing to hold. */
export type HeldStage = Exclude<Stage, "incoming">;

export interface Held {
  readonly wish: Wish;
  readonly actionId: string;
}

/** How each stage is reached and kept until `release`. */
const HOLDS: Readonly<
  Record<
    HeldStage,
    {
      readonly what: string;
      readonly kind: Order;
      /** What the record says; an offer without its receipt is not told from a queued action. */
      readonly state: ActionState;
      /** Before the event is sent. */
      readonly before?: (estate: Estate, wish: Wish) => Promise<void> | void;
      /** After it was sent, beside waiting for the state. */
      readonly after?: (estate: Estate, wish: Wish) => Promise<unknown>;
    }
  >
> = {
  running: {
    what: "the device works on the task",
    kind: "onDemandScan",
    state: "running",
    before: ({ ksc }) => ksc.control.setKnobs({ scanDuration: SCAN_SECONDS }),
    // A device that drops off the net while it works is running for KSC until it comes back.
    after: (estate, { hostId }) =>
      estate.until("the device to start the scan", () => {
        const started = taskStatesOf(estate, hostId).includes("running");
        if (started) estate.ksc.control.setHost(hostId, { behaviour: "offline" });
        return started;
      }),
  },
  task_seen: {
    what: "the task waits for the device",
    kind: "isolateHost",
    state: "task_seen",
    before: ({ ksc }, { hostId }) => ksc.control.setHost(hostId, { behaviour: "offline" }),
  },
  submitted: {
    what: "KSC stored the incident, no console makes a task",
    kind: "isolateHost",
    state: "submitted",
    before: ({ ksc }) => ksc.control.setConsole("down"),
  },
  submitting: {
    what: "KSC stored the incident, its answer was lost, and KSC does not say whether it is there",
    kind: "isolateHost",
    state: "submitting",
    before: ({ ksc }) => loseTheNextAnswer(ksc.control),
  },
  delivered: {
    what: "the agent has it on disk; its endpoint is busy with another one",
    kind: "terminateProcess",
    state: "delivered",
  },
  offered: {
    what: "the offer is on its way, no receipt yet",
    kind: "isolateHost",
    state: "queued",
    before: async (estate) => {
      // A job that a dead coordinator held comes back after a while; it must not be taken for this one's.
      await estate.until("the queue to be empty", () => isQueueEmpty(estate));
      estate.gatewayLine.blackhole();
    },
    after: (estate) => estate.until("the job to be taken", async () => (await queueOf(estate)).active === 1),
  },
  queued: {
    what: "its job waits behind another one",
    kind: "isolateHost",
    state: "queued",
    after: (estate) => estate.until("the job to wait", async () => (await queueOf(estate)).waiting === 1),
  },
};

/** KSC stores the next incident, says so to nobody, and then does not say whether it is there. */
export function loseTheNextAnswer(control: Estate["ksc"]["control"]): void {
  const method = "HostGroup.AddIncident";
  const error = { module: "KLSTD", code: 1229, message: "Too many requests" };
  control.addFault({ kind: "drop_after", method, times: 1 });
  // An agent that was away looks before it sends, too: that look has to be answered.
  control.addFault({ kind: "ksc_error", method: "HostGroup.FindIncidents", after: method, error });
}

/** Long enough for the test to see it start; the device then waits for `release` anyway. */
const SCAN_SECONDS = 4;

/** The coordinator has to run with this setting: the action on offer then keeps the next one in the queue. */
export const ONE_OFFER_AT_A_TIME = { CORDON_OFFERS_IN_FLIGHT_MAX: "1" } as const;

export const describeStage = (stage: Stage): string =>
  stage === "incoming" ? "incoming (its event is sent meanwhile)" : `${stage} (${HOLDS[stage].what})`;

/** Brings one action to each stage and keeps all of them there; `held` tells how far it came. */
export async function holdEveryStage(estate: Estate, held: Map<HeldStage, Held>): Promise<void> {
  for (const [stage, hold] of Object.entries(HOLDS) as [HeldStage, (typeof HOLDS)[HeldStage]][]) {
    // One action at a time per endpoint: behind the one that is in doubt.
    const host = stage === "delivered" ? held.get("submitting")?.wish.hostId : undefined;
    const wish = estate.wish(hold.kind, host);
    await hold.before?.(estate, wish);
    await estate.deliver(wish);
    await hold.after?.(estate, wish);
    const actionId = await estate.actionOf(wish);
    await estate.until(`an action to be ${stage}`, async () => (await stateOf(estate, actionId)) === hold.state);
    held.set(stage, { wish, actionId });
  }
}

/** The stages that are not what they should be at this moment. */
export async function strayedFromStage(estate: Estate, held: ReadonlyMap<HeldStage, Held>): Promise<readonly string[]> {
  const strayed: string[] = [];
  for (const [stage, { actionId }] of held) {
    const state = await stateOf(estate, actionId);
    if (state !== HOLDS[stage].state) strayed.push(`${stage}: ${state}`);
  }
  return strayed;
}

/** The world goes on. Doing it twice changes nothing. */
export async function releaseEveryStage(estate: Estate, held: ReadonlyMap<HeldStage, Held>): Promise<void> {
  const { control } = estate.ksc;
  control.clearFaults();
  control.setConsole("up");
  for (const { wish } of held.values()) control.setHost(wish.hostId, { behaviour: "online" });
  await estate.gatewayLine.heal();
}

async function stateOf(estate: Estate, actionId: string): Promise<ActionState> {
  return (await estate.record.action(actionId)).state;
}

export async function queueOf(estate: Estate) {
  const { queue } = await estate.record.site();
  if (queue === undefined) throw new Error("the queue cannot be reached");
  return queue;
}

export async function isQueueEmpty(estate: Estate): Promise<boolean> {
  const { waiting, delayed, active } = await queueOf(estate);
  return waiting + delayed + active === 0;
}

function taskStatesOf({ ksc }: Estate, hostId: string): readonly string[] {
  const { tasks } = ksc.control.truth();
  return tasks.flatMap(({ hosts }) => hosts.filter((host) => host.hostId === hostId).map(({ state }) => state));
}
