import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createTempFolder } from "@cordon/testkit";
import type { Bench, BenchContext } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { median } from "../rounds.ts";
import { startBareChain } from "./e2e/bare-chain.ts";
import { startCordon } from "./e2e/cordon.ts";
import { FLEET_SITES, freshTargets, SOLO_SITE, targetsOf } from "./e2e/load.ts";
import { startServers } from "./e2e/servers.ts";
import { type Burst, bareSide, cordonSide, type Side } from "./e2e/sides.ts";
import { startSimulatedKsc } from "./e2e/simulated-ksc.ts";

const SINGLES = 40;
/** Above the slowest single action, so that no two meet. */
const SINGLE_EVERY_MS = 60;
/** Slow on this queue, and without a goal. */
const POSTGRES_ROUNDS_MAX = 3;
const ACCEPTED = 4_000;
/** After the other side was stopped, before this one is measured. */
const SETTLE_MS = 500;
/** Rounds of each side that do not count: programs that have just started still compile themselves. */
const WARM_UPS = 2;
/** A round of single actions has few of them. */
const SINGLE_WARM_UPS = 5;

export const e2eBench: Bench = {
  name: "e2e",
  summary: "from a posted event to the incident in KSC, beside a bare chain of the same hops",
  run: async (context) => {
    const { say } = context;
    await using servers = await startServers();
    using folder = createTempFolder("cordon-bench");
    await using programs = new AsyncDisposableStack();
    say(
      "starting two simulated KSC processes, the coordinator, an agent, a process with 20 agents and the bare chain …",
    );
    const [ourKsc, bareKsc] = await Promise.all(
      ["ksc-ours", "ksc-bare"].map(async (name) => {
        const ksc = await startSimulatedKsc(folder.path, name);
        programs.defer(async () => void (await ksc.program.end()));
        return ksc;
      }),
    );
    if (ourKsc === undefined || bareKsc === undefined) throw new Error("unreachable");
    const redisUrl = servers.redis.url;
    const cordon = await startCordon({
      folder: folder.path,
      databaseUrl: await servers.createDatabase("ours"),
      environment: { CORDON_REDIS_URL: redisUrl },
      ksc: ourKsc,
    });
    programs.defer(() => cordon.stop());
    const bare = await startBareChain({
      folder: path.join(folder.path, "bare"),
      databaseUrl: await servers.createDatabase("bare"),
      redisUrl,
      ksc: bareKsc,
    });
    programs.defer(() => bare.stop());
    const sides = {
      ours: cordonSide(cordon, { ksc: ourKsc, serverPids: servers.pids() }),
      bare: bareSide(bare, { ksc: bareKsc, serverPids: servers.pids() }),
    };
    sides.bare.pause();
    programs.defer(async () => {
      sides.bare.resume();
      sides.ours.resume();
    });
    const measure = createMeasurer(context, sides);

    const figures: Measurement[] = [];
    say("one action at a time …");
    const singles = targetsOf([SOLO_SITE]).slice(0, SINGLES);
    const latencies = await measure((side) => side.singles(singles, SINGLE_EVERY_MS), SINGLE_WARM_UPS);
    figures.push(...latencyFigures(latencies, await freshLatencies(context.rounds, sides.ours)));
    say("one site …");
    const solo = await measure((side) => side.burst([SOLO_SITE]));
    figures.push(...burstFigures("1 site", solo));
    say("20 sites …");
    figures.push(...burstFigures("20 sites", await measure((side) => side.burst(FLEET_SITES))));
    say("events that meet no rule …");
    const accepted = await measure((side) => side.accept(ACCEPTED));
    const acceptPeer = { name: "bare HTTPS POST + commit", value: median(accepted.bare) };
    const whileActing = solo.ours.map(({ acceptedPerSecond }) => acceptedPerSecond ?? Number.NaN);
    figures.push(
      { name: "events accepted, no match", value: median(accepted.ours), unit: "events/s", peer: acceptPeer },
      {
        name: "events accepted, each an action (1 site)",
        value: median(whileActing),
        unit: "events/s",
        peer: acceptPeer,
      },
    );
    say("one site, the queue on Postgres …");
    await cordon.restart({});
    const onPostgres: Burst[] = [];
    const onPostgresRounds = Math.min(context.rounds, POSTGRES_ROUNDS_MAX);
    for (let round = 0; round <= onPostgresRounds; round++) onPostgres.push(await sides.ours.burst([SOLO_SITE]));
    figures.push({
      name: "event to AddIncident (1 site, queue on Postgres)",
      value: median(onPostgres.slice(1).map(({ perSecond }) => perSecond)),
      unit: "actions/s",
      peer: { name: "bare chain on Redis", value: median(solo.bare.map(({ perSecond }) => perSecond)) },
    });
    return figures;
  },
};

/** Rounds of both sides in turn, after some of each that do not count; the side that is not measured is stopped. */
function createMeasurer({ rounds }: BenchContext, sides: Readonly<Record<"ours" | "bare", Side>>) {
  return async <T>(
    round: (side: Side) => Promise<T>,
    warmUps = WARM_UPS,
  ): Promise<Record<"ours" | "bare", readonly T[]>> => {
    const results = { ours: [] as T[], bare: [] as T[] };
    const turn = async (name: "ours" | "bare"): Promise<T> => {
      sides[name === "ours" ? "bare" : "ours"].pause();
      sides[name].resume();
      await pause(SETTLE_MS);
      const result = await round(sides[name]);
      return result;
    };
    for (let index = 0; index < warmUps; index++) for (const name of ["ours", "bare"] as const) await turn(name);
    for (let index = 0; index < rounds; index++) {
      const names = ["ours", "bare"] as const;
      for (const name of index % 2 === 0 ? names : names.toReversed()) results[name].push(await turn(name));
    }
    sides.bare.pause();
    sides.ours.resume();
    await pause(SETTLE_MS);
    return results;
  };
}

type Both<T> = Readonly<Record<"ours" | "bare", readonly T[]>>;

function burstFigures(where: string, { ours, bare }: Both<Burst>): readonly Measurement[] {
  const of = (rounds: readonly Burst[], key: "perSecond" | "cpuMs") => median(rounds.map((round) => round[key]));
  return [
    {
      name: `event to AddIncident (${where})`,
      value: of(ours, "perSecond"),
      unit: "actions/s",
      peer: { name: "bare chain", value: of(bare, "perSecond") },
      goal: { of: "ratio", atLeast: 0.5 },
    },
    {
      name: `processor time per action (${where})`,
      value: of(ours, "cpuMs"),
      unit: "ms",
      peer: { name: "bare chain", value: of(bare, "cpuMs") },
    },
  ];
}

function latencyFigures({ ours, bare }: Both<readonly number[]>, fresh: readonly number[]): readonly Measurement[] {
  const at = (rounds: readonly (readonly number[])[], share: number) => percentile(rounds.flat(), share);
  const p50 = { ours: at(ours, 0.5), bare: at(bare, 0.5) };
  return [
    {
      name: "single action, p50",
      value: p50.ours,
      unit: "ms",
      peer: { name: "bare chain", value: p50.bare },
      goal: { of: "ratio", atMost: 2.5 },
    },
    {
      name: "single action, p99 / p50",
      value: at(ours, 0.99) / p50.ours,
      unit: "",
      peer: { name: "bare chain", value: at(bare, 0.99) / p50.bare },
    },
    {
      name: "single action on an endpoint not looked at yet, p50",
      value: percentile(fresh, 0.5),
      unit: "ms",
      peer: { name: "bare chain", value: p50.bare },
    },
  ];
}

/** Every round with endpoints of its own, whose tasks the agent has to look at before it sends; afterwards it knows them. */
async function freshLatencies(rounds: number, ours: Side): Promise<readonly number[]> {
  const targets = freshTargets();
  const size = Math.floor(targets.length / rounds);
  const latencies: number[] = [];
  for (let round = 0; round < Math.min(rounds, targets.length); round++) {
    latencies.push(...(await ours.singles(targets.slice(round * size, (round + 1) * size), SINGLE_EVERY_MS)));
  }
  return latencies;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
