import { setTimeout as pause } from "node:timers/promises";
import type { BareChain } from "./bare-chain.ts";
import type { Cordon } from "./cordon.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { postAll } from "./event-sender.ts";
import { EVENT_CONNECTIONS, eventBody, MATCHED_NAME, pathOf, SOLO_SITE, type Target, targetsOf } from "./load.ts";
import { type SimulatedKsc, waitForIncidents } from "./simulated-ksc.ts";

/** The same clock for all programs of the machine, finer than its milliseconds. */
const nowMs = () => performance.timeOrigin + performance.now();

/** One round's outcome on one side. */
export interface Burst {
  /** Actions per second from the first event's start to the last incident stored. */
  readonly perSecond: number;
  /** Processor time of all that worked, per action. */
  readonly cpuMs: number;
  /** Events per second from the first event's start to the last acknowledgement; only where events are posted. */
  readonly acceptedPerSecond?: number;
}

export interface Side {
  burst(siteIds: readonly string[]): Promise<Burst>;
  /** Milliseconds from each event's start to its incident stored, one action at a time. */
  singles(targets: readonly Target[], everyMs: number): Promise<readonly number[]>;
  /** Events per second that are answered; nothing follows from them. */
  accept(count: number): Promise<number>;
  pause(): void;
  resume(): void;
}

interface Shared {
  readonly ksc: SimulatedKsc;
  /** Of Redis and Postgres, which both sides use, one at a time. */
  readonly serverPids: readonly number[];
}

let rounds = 0;
const SOLO = [SOLO_SITE];

export function cordonSide(cordon: Cordon, { ksc, serverPids }: Shared): Side {
  const { sender } = cordon;
  const bodiesOf = (targets: readonly Target[], round: string) =>
    targets.map(({ hostId }, index) => eventBody(`${round}-${index}`, hostId, MATCHED_NAME));
  return {
    burst: (siteIds) =>
      measureBurst(siteIds, ksc, [...cordon.pids(), ksc.program.pid, ...serverPids], async (targets, round) => {
        const startedAt = Date.now();
        await postAll(sender, bodiesOf(targets, round), EVENT_CONNECTIONS);
        return { startedAt, acceptedAt: Date.now() };
      }),
    singles: (targets, everyMs) =>
      measureSingles(targets, ksc, async (round) => {
        const startedAt: number[] = [];
        for (const body of bodiesOf(targets, round)) {
          startedAt.push(nowMs());
          await Promise.all([sender.post(body), pause(everyMs)]);
        }
        return startedAt;
      }),
    accept: (count) => measureAccept(sender, count),
    pause: cordon.pause,
    resume: cordon.resume,
  };
}

export function bareSide(bare: BareChain, { ksc, serverPids }: Shared): Side {
  const eventsOf = (targets: readonly Target[], round: string) =>
    targets.map(({ siteId, hostId }, index) => {
      const mark = `${round}-${index}`;
      return { mark, siteId, hostId, path: pathOf(mark), body: eventBody(mark, hostId, MATCHED_NAME) };
    });
  return {
    burst: (siteIds) =>
      measureBurst(siteIds, ksc, [...bare.pids(), ksc.program.pid, ...serverPids], async (targets, round) => {
        const [startedAt = Number.NaN] = await bare.run(eventsOf(targets, round));
        return { startedAt };
      }),
    singles: (targets, everyMs) =>
      measureSingles(targets, ksc, (round) => bare.pace(eventsOf(targets, round), everyMs)),
    accept: (count) => measureAccept(bare.sender, count),
    pause: bare.pause,
    resume: bare.resume,
  };
}

async function measureBurst(
  siteIds: readonly string[],
  ksc: SimulatedKsc,
  pids: readonly number[],
  send: (
    targets: readonly Target[],
    round: string,
  ) => Promise<{ readonly startedAt: number; readonly acceptedAt?: number }>,
): Promise<Burst> {
  const round = `burst-${++rounds}`;
  const targets = targetsOf(siteIds);
  const before = await ksc.countIncidents(siteIds);
  const cpuBefore = cpuSeconds(pids);
  const { startedAt, acceptedAt } = await send(targets, round);
  await waitForIncidents(ksc, siteIds, before + targets.length);
  const cpu = cpuSeconds(pids) - cpuBefore;
  const stored = await storedOf(siteIds, ksc, round, targets.length);
  const seconds = (Math.max(...stored.values()) - startedAt) / 1_000;
  return {
    perSecond: targets.length / seconds,
    cpuMs: (cpu * 1_000) / targets.length,
    ...(acceptedAt === undefined ? {} : { acceptedPerSecond: (targets.length * 1_000) / (acceptedAt - startedAt) }),
  };
}

async function measureSingles(
  targets: readonly Target[],
  ksc: SimulatedKsc,
  send: (round: string) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  const round = `single-${++rounds}`;
  const before = await ksc.countIncidents(SOLO);
  const startedAt = await send(round);
  await waitForIncidents(ksc, SOLO, before + targets.length);
  const stored = await storedOf(SOLO, ksc, round, targets.length);
  // The simulator tells whole milliseconds, cut off: on average half of one is missing.
  return startedAt.map((at, index) => (stored.get(index) ?? Number.NaN) + 0.5 - at);
}

/** When each action of the round was stored. Each must have been, and once. */
async function storedOf(
  siteIds: readonly string[],
  ksc: SimulatedKsc,
  round: string,
  count: number,
): Promise<ReadonlyMap<number, number>> {
  const stored = new Map<number, number>();
  const mark = new RegExp(`${round}-(\\d+)\\.ps1`);
  for (const { body, storedAt } of await ksc.incidents(siteIds)) {
    const index = mark.exec(body)?.[1];
    if (index === undefined) continue;
    if (stored.has(Number(index))) throw new Error(`The action ${round}-${index} was stored twice`);
    stored.set(Number(index), storedAt);
  }
  if (stored.size !== count) throw new Error(`${stored.size} of ${count} actions of ${round} were stored`);
  return stored;
}

async function measureAccept(sender: Cordon["sender"], count: number): Promise<number> {
  const round = `accept-${++rounds}`;
  const bodies = Array.from({ length: count }, (_, index) => eventBody(`${round}-${index}`, "nobody", "Nothing to do"));
  const startedMs = performance.now();
  await postAll(sender, bodies, EVENT_CONNECTIONS);
  return (count * 1_000) / (performance.now() - startedMs);
}
