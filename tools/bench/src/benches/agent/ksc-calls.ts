import path from "node:path";
import { type AgentSettings, DEFAULT_SETTINGS } from "@cordon/agent-core";
import { type ActionArgs, isSettled } from "@cordon/core/action";
import { createTempFolder, eventually } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { type BenchKsc, startBenchKscs, totalOf } from "./bench-ksc.ts";
import { startBenchSite } from "./bench-site.ts";
import { askOneByOne } from "./one-by-one.ts";

const ACTIVE = 200;
/** Finished actions of one round; the first ones fill the site and do not count. */
const PER_ROUND = 200;
const WARM_UP = 3 * ACTIVE;
/** Everything runs so many times faster than life, the agent's intervals and the estate's alike: no ratio changes by it. */
const TIME_SCALE = 60;
const ROUND_MS_MAX = 120_000;
const GOAL = 4;

/**
 * Of ten actions two contain; scans are paced by the ledger and would not keep the site busy. One in fifty isolates: each of those is
 * watched over for its whole hour, which is counted as well.
 */
const OF_TEN: readonly ActionArgs[] = [
  { kind: "preventExecution", sha256: "d1".repeat(32) },
  { kind: "terminateProcess", path: "C:\\Users\\Public\\svc.exe" },
  ...Array.from({ length: 4 }, (): ActionArgs => ({ kind: "getFile", path: "C:\\Users\\Public\\a.ps1" })),
  ...Array.from({ length: 3 }, (): ActionArgs => ({ kind: "quarantineFile", path: "C:\\Users\\Public\\b.exe" })),
  { kind: "deleteFile", path: "C:\\Users\\Public\\c.dll" },
];
const ISOLATE: ActionArgs = { kind: "isolateHost", durationSeconds: 3_600 };
const ONE_ISOLATES_IN = 50;

/**
 * Calls that KSC handles per action that is seen through to its end, counted at KSC: logins, looks before sending, events, states, hosts,
 * the console, the inventory and what keeps sessions alive, all included.
 */
export async function measureKscCalls({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  using folder = createTempFolder("cordon-bench");
  // The names are alike in length only: what matters is that each has a server of its own to be counted at.
  const servers = [
    { name: "same", hosts: ACTIVE },
    { name: "wide", hosts: 2 * ACTIVE },
    { name: "bare", hosts: ACTIVE },
  ];
  await using kscs = await startBenchKscs(folder.path, servers, TIME_SCALE);
  const [same, wide, bare] = kscs.servers;
  if (same === undefined || wide === undefined || bare === undefined) throw new Error("unreachable");
  const count = async (what: string, ksc: BenchKsc) => {
    say(`KSC calls, ${ACTIVE} actions under way on ${what}: ${rounds} rounds of ${PER_ROUND} finished actions …`);
    return countCalls(ksc, path.join(folder.path, ksc.name), rounds, say);
  };
  const onSame = await count(`${ACTIVE} endpoints`, same);
  const onWide = await count(`${2 * ACTIVE} endpoints in turn`, wide);
  say(`KSC calls, each action followed by itself: ${PER_ROUND} actions …`);
  const peer = {
    name: "each action asked about every 15 s",
    value: await askOneByOne(bare, { actions: PER_ROUND, timeScale: TIME_SCALE }),
  };
  const unit = "calls";
  const goal = { of: "value", atMost: GOAL } as const;
  return [
    { name: `KSC calls per finished action (${ACTIVE} active, ${ACTIVE} endpoints)`, value: onSame, unit, peer, goal },
    { name: `KSC calls per finished action (${ACTIVE} active, another endpoint each)`, value: onWide, unit, peer },
  ];
}

function specOf(serial: number): ActionArgs {
  return serial % ONE_ISOLATES_IN === 0 ? ISOLATE : (OF_TEN[serial % OF_TEN.length] as ActionArgs);
}

async function countCalls(ksc: BenchKsc, stateDir: string, rounds: number, say: BenchContext["say"]): Promise<number> {
  let started = 0;
  let finished = 0;
  const ended = new Set<string>();
  const site = startBenchSite({
    ksc,
    stateDir,
    settings: faster(DEFAULT_SETTINGS, TIME_SCALE),
    onStatus: ({ actionId, state }) => {
      if (!isSettled(state) || ended.has(actionId)) return;
      if (state !== "succeeded") throw new Error(`${actionId} ended ${state}`);
      ended.add(actionId);
      finished++;
      begin();
    },
  });
  await using _site = site;
  function begin(): void {
    const hostId = ksc.hostIds[started % ksc.hostIds.length] ?? "";
    void site.offer(hostId, specOf(started++));
  }
  for (let action = 0; action < ACTIVE; action++) begin();
  const reach = (wanted: number) =>
    eventually(() => finished >= wanted, {
      what: `${wanted} finished actions (there are ${finished})`,
      withinMs: ROUND_MS_MAX,
      everyMs: 20,
    });
  await reach(WARM_UP);
  const perAction: number[] = [];
  const first = await ksc.calls();
  let before = { calls: totalOf(first), finished };
  for (let round = 0; round < rounds; round++) {
    await reach(before.finished + PER_ROUND);
    const after = { calls: totalOf(await ksc.calls()), finished };
    perAction.push((after.calls - before.calls) / (after.finished - before.finished));
    before = after;
  }
  say(`  by method: ${byMethod(first, await ksc.calls(), finished - WARM_UP)}`);
  return median(perAction);
}

function byMethod(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  actions: number,
): string {
  return Object.entries(after)
    .map(([name, count]): [string, number] => [name, (count - (before[name] ?? 0)) / actions])
    .filter(([, each]) => each >= 0.01)
    .sort(([, a], [, b]) => b - a)
    .map(([name, each]) => `${name} ${each.toFixed(2)}`)
    .join(", ");
}

/** The simulator notes when a host was last seen by the real clock, once a minute, so what is compared with that is not shortened. */
const REAL_TIME: ReadonlySet<string> = new Set(["offlineAfterMs", "hearMs"]);

/** Settings whose every other duration passes so many times faster. */
function faster(settings: AgentSettings, scale: number): AgentSettings {
  const scaled = (value: unknown, name: string): unknown => {
    if (typeof value === "number" && !REAL_TIME.has(name)) {
      if (name.endsWith("Ms")) return value / scale;
      return name.endsWith("PerMinute") || name.endsWith("PerHourMax") ? value * scale : value;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, scaled(member, key)]));
  };
  return scaled(settings, "") as AgentSettings;
}
