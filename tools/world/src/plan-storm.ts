import { type AgentSettings, DEFAULT_SETTINGS } from "@cordon/agent-core";
import type { ActionArgs, ActionKind } from "@cordon/core/action";
import { type CleanUpPolicy, checkLedgerPolicy, type LedgerPolicy, type PacingPolicy } from "@cordon/core/ledger";
import { DEFAULT_KNOBS, type Knobs } from "@cordon/ksc-sim/model";
import type { Happening, KscTroubles, PlannedHost, PlannedOrder, StormPlan } from "./storm-plan.ts";
import { createStormRandom, type StormRandom } from "./storm-random.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Draws everything about a storm from its seed. */
export function planStorm(seed: number): StormPlan {
  const draw = drawing(createStormRandom(seed, "plan"));
  const hosts = Array.from({ length: draw.whole(1, 4) }, (_, index): PlannedHost => {
    const name = `PC-${index + 1}`;
    return { id: `host-${index + 1}`, name, kesVersion: draw.chance(0.05) ? "12.8.0.505" : "12.9.0.384" };
  });
  const knobs = planKnobs(draw);
  const settings = planSettings(draw, knobs, hosts.length);
  const startsAtMs = 5 * MINUTE;
  const calmAtMs = startsAtMs + draw.between(8 * MINUTE, 35 * MINUTE);
  const happenings = [
    ...planPast(draw, hosts, knobs, startsAtMs),
    ...planDemand(draw, hosts, startsAtMs, calmAtMs),
    ...planTroubles(draw, hosts, knobs, startsAtMs, calmAtMs),
    ...planCalm(draw, hosts, calmAtMs),
  ];
  return {
    seed,
    hosts,
    knobs,
    settings,
    clocks: { agentSkewMs: draw.skew(), kscSkewMs: draw.skew() },
    ksc: planKscTroubles(draw),
    link: { latencyMs: { from: 2, to: draw.of(20, 500) }, repeated: draw.of(0, 0.05) },
    startsAtMs,
    calmAtMs,
    endsAtMs: calmAtMs + 35 * MINUTE,
    happenings: happenings.sort((a, b) => a.atMs - b.atMs),
  };
}

type Draw = ReturnType<typeof drawing>;

function drawing(random: StormRandom) {
  const of = <T>(...choices: readonly [T, ...T[]]): T => random.pick(choices);
  return {
    of,
    chance: random.chance,
    /** A whole number of both ends and between. */
    whole: (from: number, to: number) => random.whole({ from, to }),
    between: (from: number, to: number) => Math.round(from + random.float() * (to - from)),
    share: () => random.float(),
    /** Clocks are mostly right, sometimes off by what the agent tolerates, seldom by more. */
    skew: () => {
      const kind = random.float();
      if (kind < 0.5) return 0;
      const bound = kind < 0.9 ? 4 * MINUTE : 2 * HOUR;
      return Math.round((random.float() * 2 - 1) * bound);
    },
  };
}

function planKnobs(draw: Draw): Knobs {
  const limit = draw.chance(0.08) ? 100 : draw.whole(6, 20);
  return {
    ...DEFAULT_KNOBS,
    limit,
    scope: draw.of("host", "host", "host", "host", "host", "server", "server", "group"),
    victim: draw.of("oldest", "oldestCompleted", "any"),
    lifespanDays: draw.of(30, 30, 30, draw.between(8 * MINUTE, HOUR) / DAY),
    backlogOnReconnect: draw.chance(0.5),
    taskCreateDelay: draw.of(1, 5, 20, 60, 120),
    syncInterval: draw.of(20, 60, 180, 400),
    taskDuration: draw.of(5, 30, 90),
    scanDuration: draw.of(30, 200, 600),
    slowFactor: 5,
    dropEvents: draw.of(0, 0, 0.3, 1),
    eventDelay: draw.of(0, 2, 30, 200),
    preventionWhenOff: draw.of("noop", "fail"),
    preventionNeedsSwitch: draw.of("off", "off", "on"),
    taskPlacement: draw.of("global", "local"),
    taskNameId: draw.of("incident", "incident", "random"),
    markHandled: draw.chance(0.5),
    deleteUndoesEffect: draw.chance(0.5),
  };
}

/** The agent's limit and scope are those of its site: the one thing that an operator must have told it rightly. */
function planSettings(draw: Draw, knobs: Knobs, hosts: number): AgentSettings {
  const pollMinMs = draw.of(6, 12, 20) * SECOND;
  return {
    ...DEFAULT_SETTINGS,
    ledger: planPolicy(draw, knobs, hosts),
    submissionsMax: draw.of(1, 2, 4),
    statusLingerMs: draw.of(20, 500),
    inventoryIntervalMs: HOUR,
    budgetIntervalMs: draw.of(60, 300) * SECOND,
    sweepMs: draw.of(10, 30) * SECOND,
    pagesMax: draw.of(1, 5_000),
    lease: { ...DEFAULT_SETTINGS.lease, tickMsMax: 2 * MINUTE, checkMs: 4 * MINUTE },
    watch: {
      ...DEFAULT_SETTINGS.watch,
      pollMinMs,
      pollMaxMs: draw.of(4, 12) * pollMinMs,
      looksPerRound: draw.of(1, 20),
      statesPerRound: draw.of(3, 200),
      eventsPerPage: draw.of(5, 500),
      eventWaitMs: draw.of(10 * SECOND, 2 * MINUTE),
      deferredLookMs: draw.of(30, 60, 180) * SECOND,
      consoleDeadlineMs: 2 * MINUTE,
      taskDeadlineMs: 4 * MINUTE,
      otherNumberAfterMs: draw.of(30, 60) * SECOND,
    },
  };
}

function planPolicy(draw: Draw, { limit, lifespanDays, scope }: Knobs, hosts: number): LedgerPolicy {
  const lifespanMs = Math.round(lifespanDays * DAY);
  const containReserve = draw.whole(1, Math.floor(limit / 3));
  const remediateReserve = draw.whole(0, Math.floor(limit / 5));
  const assumed = draw.of(0, 0, Math.max(0, limit - containReserve - remediateReserve - 3));
  const shared = { limit, lifespanMs, foreignAssumed: assumed };
  const wide = { limit: limit * hosts + 10, lifespanMs, foreignAssumed: 0 };
  return checkLedgerPolicy({
    endpoint: { limit, lifespanMs },
    containReserve,
    remediateReserve,
    foreignMargin: draw.whole(0, Math.min(3, containReserve)),
    occupancyMaxAgeMs: draw.of(1, 2, 5) * MINUTE,
    deferredPerEndpointMax: draw.of(4, 200),
    ...(scope === "server" || draw.chance(0.15) ? { server: scope === "server" ? shared : wide } : {}),
    ...(scope === "group" ? { groups: { IOC: shared } } : {}),
    ...(draw.chance(0.75) ? { merging: { ridersMax: draw.of(1, 5, 100) } } : {}),
    ...(draw.chance(0.6) ? { pacing: planPacing(draw) } : {}),
    ...(draw.chance(0.4) ? { cleanUp: planCleanUp(draw, limit) } : {}),
  });
}

function planPacing(draw: Draw): PacingPolicy {
  const heavy = draw.of<readonly ActionKind[]>(["onDemandScan", "iocScan"], ["iocScan"], ["getFile", "onDemandScan"]);
  return { heavy, gapMs: draw.of(10 * SECOND, MINUTE, 4 * MINUTE), perHourMax: draw.of(2, 4, 30) };
}

function planCleanUp(draw: Draw, limit: number): CleanUpPolicy {
  return {
    watermark: draw.whole(1, limit),
    perRoundMax: draw.of(1, 5),
    restMs: draw.of(0, 30 * SECOND, 2 * MINUTE),
  };
}

function planKscTroubles(draw: Draw): KscTroubles {
  const share = () => draw.of(0, 0, 0.02, 0.1, 0.3);
  const slow = draw.of(1, 1, 1, 20);
  return {
    requestMs: { from: 5 * slow, to: 60 * slow },
    answerMs: { from: 5 * slow, to: 60 * slow },
    lostAfterCommit: share(),
    storedLate: share(),
    lostBeforeCommit: share(),
    busy: share(),
    rejected: draw.of(0, 0, 0, 0.02),
    readRefused: share(),
  };
}

/** What the endpoints already hold when the agent comes to them. */
function planPast(draw: Draw, hosts: readonly PlannedHost[], knobs: Knobs, untilMs: number): readonly Happening[] {
  return hosts.flatMap(({ id: host }) => {
    const count = draw.of(0, 0, 1, 2, Math.floor(knobs.limit / 2), draw.whole(0, knobs.limit));
    return Array.from({ length: count }, (): Happening => {
      const spec = planSpec(draw, draw.of("scan", "scan", "collect", "remediate", "contain"));
      const state = draw.chance(0.85) ? "ok" : "pending";
      return { kind: "foreign", by: "user", host, spec, state, atMs: draw.between(0, untilMs - 1) };
    });
  });
}

/** Orders come in bursts, others' tasks beside them: just before, while ours is on its way, and at any time. */
function planDemand(draw: Draw, hosts: readonly PlannedHost[], fromMs: number, untilMs: number): readonly Happening[] {
  const happenings: Happening[] = [];
  const bursts = draw.whole(2, 6);
  const classes = draw.of<readonly [ClassName, ...ClassName[]]>(MIXED, MIXED, CONTAINING, SCANNING);
  const beside = draw.of(0, 0, 0.1, 0.4);
  let index = 0;
  for (let burst = 0; burst < bursts; burst++) {
    const startMs = draw.between(fromMs, untilMs - MINUTE);
    const hostsOfBurst = draw.chance(0.6) ? [draw.of(...asList(hosts))] : hosts;
    const spreadMs = draw.of(100, 10 * SECOND, 2 * MINUTE);
    for (let count = draw.whole(1, 10); count > 0; count--) {
      const host = draw.of(...asList(hostsOfBurst)).id;
      const atMs = startMs + draw.between(0, spreadMs);
      const actionClass = draw.of(...classes);
      const order: PlannedOrder = {
        index: index++,
        host,
        spec: planSpec(draw, actionClass),
        deadlineMs: atMs + (actionClass === "contain" ? draw.between(2, 15) : draw.between(4, 30)) * MINUTE,
      };
      happenings.push({ kind: "order", order, atMs });
      if (draw.chance(beside)) happenings.push(planForeign(draw, host, atMs + draw.between(-2_000, 30_000)));
      if (draw.chance(0.04))
        happenings.push({ kind: "cancel", order: order.index, atMs: atMs + draw.between(0, 2 * MINUTE) });
      if (draw.chance(0.04))
        happenings.push({ kind: "release", order: order.index, atMs: atMs + draw.between(MINUTE, 15 * MINUTE) });
    }
  }
  for (let count = draw.of(0, 0, 3, 12); count > 0; count--)
    happenings.push(planForeign(draw, draw.of(...asList(hosts)).id, draw.between(fromMs, untilMs)));
  return happenings;
}

function planForeign(draw: Draw, host: string, atMs: number): Happening {
  const actionClass = draw.of("scan", "scan", "collect", "remediate", "contain");
  const by = draw.of("script", "user");
  return { kind: "foreign", by, host, spec: planSpec(draw, actionClass), state: "pending", atMs };
}

type ClassName = "contain" | "remediate" | "collect" | "scan";
const MIXED = ["contain", "contain", "remediate", "collect", "scan", "scan"] as const satisfies readonly ClassName[];
const CONTAINING = ["contain", "contain", "contain", "scan"] as const satisfies readonly ClassName[];
const SCANNING = ["contain", "scan", "scan", "scan", "collect"] as const satisfies readonly ClassName[];

function planSpec(draw: Draw, actionClass: ClassName): ActionArgs {
  const path = `C:\\Temp\\${draw.whole(1, 3)}.exe`;
  switch (actionClass) {
    case "contain": {
      const kind = draw.of("isolateHost", "isolateHost", "preventExecution", "terminateProcess");
      if (kind === "preventExecution") return { kind, path };
      if (kind === "terminateProcess") return { kind, pid: draw.whole(1, 5) };
      const durationSeconds = draw.of(60, 240, 600, 1_800, 5 * 3_600);
      return {
        kind,
        durationSeconds,
        ...(draw.chance(0.4) ? { holdSeconds: durationSeconds * draw.whole(2, 5) } : {}),
      };
    }
    case "remediate":
      return draw.of<ActionArgs>(
        { kind: "quarantineFile", path },
        { kind: "deleteFile", path },
        { kind: "startProcess", path },
      );
    case "collect":
      return { kind: "getFile", path };
    case "scan":
      return draw.of<ActionArgs>(
        { kind: "onDemandScan" },
        { kind: "iocScan", indicators: [{ type: "fileName", value: `${draw.whole(1, 5)}.exe` }] },
      );
  }
}

/** Everything that goes wrong between the start and the calm. */
function planTroubles(
  draw: Draw,
  hosts: readonly PlannedHost[],
  knobs: Knobs,
  fromMs: number,
  untilMs: number,
): readonly Happening[] {
  const happenings: Happening[] = [];
  const any = () => draw.between(fromMs, untilMs);
  const times = (...choices: readonly [number, ...number[]]) => draw.of(...choices);
  const outage = (kind: "console" | "ksc" | "link", count: number, longestMs: number) => {
    for (let index = 0; index < count; index++) {
      const atMs = any();
      const backMs = Math.min(untilMs, atMs + draw.between(SECOND, longestMs));
      happenings.push({ kind, state: "down", atMs }, { kind, state: "up", atMs: backMs });
    }
  };
  outage("console", times(0, 0, 0, 1, 3), 12 * MINUTE);
  outage("ksc", times(0, 0, 0, 1, 3), 6 * MINUTE);
  outage("link", times(0, 0, 1, 3), 4 * MINUTE);
  for (const { id: host } of hosts) {
    for (let count = times(0, 0, 1, 2); count > 0; count--) {
      const behaviour = draw.of("offline", "offline", "slow", "fail", "warn", "never");
      const atMs = any();
      happenings.push({ kind: "host", host, behaviour, atMs });
      if (draw.chance(0.7))
        happenings.push({ kind: "host", host, behaviour: "online", atMs: draw.between(atMs, untilMs) });
    }
    if (draw.chance(0.1)) happenings.push({ kind: "operatorUnblock", host, atMs: any() });
  }
  for (let count = times(0, 0, 0, 2, 6); count > 0; count--)
    happenings.push({ kind: "operatorDelete", pick: draw.share(), atMs: any() });
  for (let count = times(0, 0, 1); count > 0; count--)
    happenings.push({ kind: "pace", taskCreateDelay: draw.of(1, 20, 120, knobs.taskCreateDelay), atMs: any() });
  for (let count = times(0, 0, 0, 1); count > 0; count--) {
    const ms = Math.round((draw.share() * 2 - 1) * draw.of(MINUTE, HOUR, 3 * HOUR));
    happenings.push({ kind: "clockJump", ms, atMs: any() });
  }
  if (draw.chance(0.05)) happenings.push({ kind: "diskFails", atMs: any() });
  const crashes = times(0, 0, 1, 2);
  for (let index = 0; index < crashes; index++) {
    happenings.push({ kind: "backup", atMs: any() });
    happenings.push({
      kind: "crash",
      atMs: any(),
      afterTimers: draw.whole(0, 60),
      downMs: draw.of(10, 5 * SECOND, 2 * MINUTE),
      ledger: draw.of("kept", "kept", "kept", "restored", "lost"),
    });
  }
  return happenings;
}

function planCalm(draw: Draw, hosts: readonly PlannedHost[], calmAtMs: number): readonly Happening[] {
  const calm = (kind: "console" | "ksc" | "link"): Happening => ({ kind, state: "up", atMs: calmAtMs });
  const back = hosts.flatMap(({ id: host }): Happening[] =>
    draw.chance(0.8) ? [{ kind: "host", host, behaviour: "online", atMs: calmAtMs }] : [],
  );
  return [calm("ksc"), calm("console"), calm("link"), ...back];
}

function asList<T>(items: readonly T[]): readonly [T, ...T[]] {
  return items as readonly [T, ...T[]];
}
