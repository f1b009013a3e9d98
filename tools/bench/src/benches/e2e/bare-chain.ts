import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock, systemRandom } from "@cordon/core/kernel";
import { openAuthority } from "@cordon/identity";
import { eventually, type Program } from "@cordon/testkit";
import * as z from "zod";
import type { BareEvent, CentreAnswer, CentreCommand, CentreOptions, SiteOptions } from "./bare/messages.ts";
import { createEventSender, type EventSender } from "./event-sender.ts";
import { EVENT_CONNECTIONS, IN_FLIGHT_PER_SITE, KSC_CONNECTIONS, SITES } from "./load.ts";
import { firstJson, startProgram } from "./program.ts";
import type { SimulatedKsc } from "./simulated-ksc.ts";

/** As many as the coordinator opens by default (CORDON_DATABASE_CONNECTIONS_MAX). */
const DATABASE_CONNECTIONS = 10;
const COMMAND_MS_MAX = 120_000;

const readySchema = z.object({ gateway: z.number(), intake: z.number() });

/** The peer: the same hops in as few lines as they take, in as many processes, with the same concurrency everywhere. */
export interface BareChain {
  /** Posts to its intake: parse and one commit, nothing else. */
  readonly sender: EventSender;
  run(events: readonly BareEvent[]): Promise<readonly number[]>;
  pace(events: readonly BareEvent[], everyMs: number): Promise<readonly number[]>;
  pids(): readonly number[];
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function startBareChain(options: {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly ksc: SimulatedKsc;
}): Promise<BareChain> {
  const { folder, databaseUrl, redisUrl, ksc } = options;
  mkdirSync(folder, { recursive: true });
  const authority = await openAuthority(path.join(folder, "authority"), { clock: systemClock, random: systemRandom });
  const { certificatePem, privateKeyPem } = await authority.issueServer(["127.0.0.1"], systemClock.now());
  const centre = start("centre", folder, {
    databaseUrl,
    redisUrl,
    sites: SITES.map(({ siteId }) => siteId),
    cert: certificatePem,
    key: privateKeyPem.reveal(),
    inFlightPerSite: IN_FLIGHT_PER_SITE,
    databaseConnections: DATABASE_CONNECTIONS,
  } satisfies CentreOptions);
  const ports = readySchema.parse(await firstJson(centre));
  // One process for the one site and one for the fleet, as on the other side.
  const [solo, ...fleet] = SITES.map(({ siteId }) => ({
    siteId,
    kscUrl: ksc.urlOf(siteId),
    kscCertificate: ksc.certificateOf(siteId),
  }));
  const sites = [[solo], fleet].map((group, index) =>
    start("site", path.join(folder, `sites-${index}`), {
      gatewayUrl: `wss://127.0.0.1:${ports.gateway}`,
      ca: authority.certificatePem,
      folder: path.join(folder, `sites-${index}`),
      sites: group.flatMap((site) => site ?? []),
      user: ksc.user,
      password: ksc.password,
      connections: KSC_CONNECTIONS,
    } satisfies SiteOptions),
  );
  await Promise.all(sites.map(firstJson));

  let answers = 0;
  const command = async (one: CentreCommand): Promise<readonly number[]> => {
    centre.write(`${JSON.stringify(one)}\n`);
    answers++;
    const found = await eventually(() => answersOf(centre)[answers - 1], {
      what: "the bare chain to have sent its events",
      withinMs: COMMAND_MS_MAX,
      everyMs: 50,
    });
    return (JSON.parse(found) as CentreAnswer).startedAt;
  };
  const signalAll = (name: NodeJS.Signals) => {
    for (const program of [centre, ...sites, ksc.program]) program.signal(name);
  };
  return {
    sender: createEventSender({
      url: `https://127.0.0.1:${ports.intake}`,
      ca: authority.certificatePem,
      connections: EVENT_CONNECTIONS,
    }),
    run: (events) => command({ kind: "run", events, concurrency: EVENT_CONNECTIONS }),
    pace: (events, everyMs) => command({ kind: "pace", events, everyMs }),
    pids: () => [centre, ...sites].map(({ pid }) => pid),
    pause: () => signalAll("SIGSTOP"),
    resume: () => signalAll("SIGCONT"),
    stop: async () => {
      await Promise.all([centre, ...sites].map((program) => program.end()));
    },
  };
}

function start(name: "centre" | "site", folder: string, options: CentreOptions | SiteOptions): Program {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(options), { mode: 0o600 });
  return startProgram(`tools/bench/src/benches/e2e/bare/${name}-main.ts`, [file]);
}

function answersOf(centre: Program): readonly string[] {
  return centre
    .stdout()
    .split("\n")
    .filter((line) => line.startsWith('{"startedAt"') && line.endsWith("}"));
}
