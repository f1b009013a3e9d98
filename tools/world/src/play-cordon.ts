import { createSiteAgent, type LedgerEntry, type SiteAgent } from "@cordon/agent-core";
import { type ActionOrder, isSettled } from "@cordon/core/action";
import { type ActionId, type EndpointId, type EpochMs, epochMs, type Logger } from "@cordon/core/kernel";
import type { World } from "@cordon/ksc-sim/model";
import { MemoryLedgerStore } from "@cordon/testkit/memory-ledger-store";
import { createEstate, STORM_STARTS_AT } from "./estate.ts";
import { type ActionRecord, createStormCoordinator } from "./storm-coordinator.ts";
import { createStormEdr } from "./storm-edr.ts";
import type { Happening, PlannedOrder, StormPlan } from "./storm-plan.ts";
import { createStormRandom } from "./storm-random.ts";
import { createTape, type Tape } from "./tape.ts";
import { createMachineClock, createVirtualTime } from "./virtual-time.ts";

/** Everything there is to know when a storm is over. */
export interface CordonStorm {
  readonly plan: StormPlan;
  readonly world: World;
  /** KSC's clock at the storm's start: what the world calls a time, minus this, is the storm's. */
  readonly kscStartsAt: number;
  readonly tape: Tape;
  readonly records: ReadonlyMap<ActionId, ActionRecord>;
  /** The ledger as it is on disk. */
  readonly entries: ReadonlyMap<ActionId, LedgerEntry>;
  /** When it was over, in ms since its start. */
  readonly endedAtMs: number;
  /** The agent's wall clock when the storm was over. */
  readonly agentNow: EpochMs;
  /** When the ledger first knew that task names carry incident ids. */
  readonly namesLearnedAtMs: number | undefined;
  /** What could be heard on the way: messages out of order, invariants of the agent that broke. */
  readonly complaints: readonly string[];
}

/** Told what happens, with the storm's time; for a person who replays one. */
export type Tell = (elapsedMs: number, what: string, details?: unknown) => void;

/** Plays the storm to the real site agent. */
export async function playCordon(plan: StormPlan, tell?: Tell): Promise<CordonStorm> {
  const time = createVirtualTime();
  const estate = createEstate(plan, time);
  const machine = createMachineClock(time, STORM_STARTS_AT + plan.clocks.agentSkewMs);
  const random = createStormRandom(plan.seed, "run");
  const tape = createTape(time.elapsedMs);
  const say = (what: string, details?: unknown) => tell?.(time.elapsedMs(), what, details);
  const complaints: string[] = [];
  const coordinator = createStormCoordinator({
    time,
    link: plan.link,
    random,
    onMessage: (message) => say(`coordinator hears ${message.kind}`, message),
  });
  let ledgers = 0;
  let disk = newDisk();
  let backup: Disk | undefined;
  let linkIsUp = true;
  let running: { readonly agent: SiteAgent; kill(): void } | undefined;

  const complain = (what: string) => complaints.push(`at ${Math.round(time.elapsedMs())} ms: ${what}`);

  function newDisk(): Disk {
    const store = new MemoryLedgerStore({
      ledgerId: `ledger-${ledgers++}`,
      sync: (commit) => time.after(random.whole({ from: 1, to: 20 }), commit),
      onWrite: (write) => {
        if (write.kind === "occupancy") tape.learnt(write.occupancy.endpointId);
      },
      onCommit: (write) => {
        if (write.kind === "meta" && write.meta.namesCarryIncident === true) disk.namesLearnedAtMs ??= time.elapsedMs();
      },
    });
    return { store };
  }

  function start(): void {
    const { clock, kill } = machine.process();
    const { store } = disk;
    let alive = true;
    const agent = createSiteAgent({
      edr: createStormEdr({ plan, estate, time, clock, random, tape, isAlive: () => alive }),
      store,
      clock,
      random,
      // A process whose disk has failed ends; what it throws on its way out is nobody's business.
      logger: stormLogger(say, (what) => alive && complain(`the agent logged ${what}`)),
      settings: plan.settings,
      onBroken: () => crash({ downMs: 1_000, ledger: "kept" }),
    });
    running = {
      agent,
      kill() {
        alive = false;
        kill();
        store.kill();
      },
    };
    agent.start();
    if (linkIsUp) coordinator.up(agent);
  }

  function crash({ downMs, ledger }: Pick<Extract<Happening, { kind: "crash" }>, "downMs" | "ledger">): void {
    if (running === undefined) return;
    say(`the agent dies, its ledger is ${ledger}`);
    running.kill();
    running = undefined;
    coordinator.down();
    disk = ledger === "lost" ? newDisk() : copyOf((ledger === "restored" ? backup : undefined) ?? disk);
    tape.processStarts(ledger === "restored" && backup === undefined ? "kept" : ledger);
    time.after(downMs, start);
  }

  function happen(happening: Happening): void {
    say(`happens: ${happening.kind}`, happening);
    estate.happen(happening);
    switch (happening.kind) {
      case "order":
        coordinator.plan(orderOf(happening.order));
        return;
      case "cancel":
        coordinator.cancel(idOf(happening.order));
        return;
      case "release":
        coordinator.release(idOf(happening.order));
        return;
      case "link":
        linkIsUp = happening.state === "up";
        coordinator.down();
        if (linkIsUp && running !== undefined) coordinator.up(running.agent);
        return;
      case "clockJump":
        machine.jump(happening.ms);
        return;
      case "backup":
        backup = copyOf(disk);
        return;
      case "diskFails":
        if (running !== undefined) disk.store.fail();
        return;
      case "crash":
        time.afterTimers(happening.afterTimers, () => crash(happening));
        return;
      default:
        return;
    }
  }

  for (const happening of plan.happenings) time.after(happening.atMs, () => happen(happening));
  time.after(plan.startsAtMs, start);
  await time.runUntil(plan.calmAtMs);
  // The calm: until nobody has anything open any more, or nothing can be waited for.
  while (time.elapsedMs() < plan.endsAtMs && !isQuiet(coordinator.records)) {
    await time.runUntil(time.elapsedMs() + CALM_STEP_MS);
  }
  await time.runUntil(time.elapsedMs() + CALM_STEP_MS);
  running?.kill();
  return {
    plan,
    world: estate.now(),
    kscStartsAt: estate.kscStartsAt,
    tape,
    records: coordinator.records,
    entries: disk.store.entries,
    endedAtMs: time.elapsedMs(),
    agentNow: machine.process().clock.now(),
    namesLearnedAtMs: disk.namesLearnedAtMs,
    complaints: [...complaints, ...coordinator.complaints],
  };
}

interface Disk {
  readonly store: MemoryLedgerStore;
  /** When the ledger on it first knew that task names carry incident ids; the storm's time. */
  namesLearnedAtMs?: number;
}

const copyOf = ({ store, ...rest }: Disk): Disk => ({ ...rest, store: store.copy() });

const CALM_STEP_MS = 3 * 60_000;

function isQuiet(records: ReadonlyMap<ActionId, ActionRecord>): boolean {
  for (const { verdict, state } of records.values()) {
    if (verdict?.kind !== "refused" && !isSettled(state)) return false;
  }
  return true;
}

const idOf = (index: number): ActionId => `act_${String(index).padStart(3, "0")}` as ActionId;

function orderOf(order: PlannedOrder): ActionOrder {
  return {
    actionId: idOf(order.index),
    endpointId: order.host as EndpointId,
    spec: order.spec,
    deadline: epochMs(STORM_STARTS_AT + order.deadlineMs),
  };
}

/** What the agent logs is told; a thrown error among it is a complaint, for nothing in a storm may break its invariants. */
function stormLogger(say: (what: string, details?: unknown) => void, onThrown: (what: string) => void): Logger {
  const log = (op: string, fields?: unknown) => say(`agent: ${op}`, fields);
  return {
    debug: log,
    info: log,
    warn: log,
    error: (op, fields) => {
      log(op, fields);
      if (fields?.error !== undefined) onThrown(`${op}: ${String(fields.error)}`);
    },
  };
}
