import { readFileSync } from "node:fs";
import path from "node:path";
import {
  type AgentSettings,
  createSiteAgent,
  DEFAULT_SETTINGS,
  momentOf,
  type SiteAgent,
  type ToCoordinator,
} from "@cordon/agent-core";
import { openInventoryStore, openLedgerStore } from "@cordon/agent-store";
import { type LogFields, type Logger, Secret, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import { createKscClient, createKscEdr } from "@cordon/ksc";
import { encodeFrame, TO_COORDINATOR_BYTES_MAX } from "@cordon/protocol";
import { createTempFolder, eventually, type Program } from "@cordon/testkit";
import * as z from "zod";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { startProgram } from "../e2e/program.ts";
import { type BenchKsc, KSC_PASSWORD, KSC_USER, totalOf } from "./bench-ksc.ts";

const HOSTS = 100_000;
/** A whole estate is read, sent and stored in each round; more rounds say no more. */
const ROUNDS_MAX = 3;
const ROUND_MS_MAX = 300_000;
/** Often, so that a pass comes soon; the figures are of single passes. */
const PASS_EVERY_MS = 500;
/** Both sides page and parse; ours also compares, stores and sends. */
const GOAL_FULL = 3;

/**
 * What it costs to keep the coordinator's list of a large site: from an empty copy until all of it is acknowledged, beside only
 * reading it; a pass over a live site where nothing changed; and a restart. Calls are counted at KSC, bytes as frames on the wire.
 */
export async function measureInventory({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  using folder = createTempFolder("cordon-bench");
  say(`Inventory: starting a KSC with ${HOSTS} hosts …`);
  await using ksc = await startLargeKsc(folder.path);
  const full: Cost[] = [];
  const idle: Cost[] = [];
  const restarts: Cost[] = [];
  const reading: number[] = [];
  const count = Math.min(rounds, ROUNDS_MAX);
  for (let round = 0; round < count; round++) {
    say(`Inventory: round ${round + 1} of ${count} …`);
    reading.push(await readOnly(ksc.server));
    const stateDir = path.join(folder.path, `state-${round}`);
    const first = startAgentOn(ksc.server, stateDir);
    full.push(await first.cost("inventory.snapshot"));
    // The hosts that were seen since: all of them, for all are live.
    idle.push(await first.cost("inventory.pass"));
    await first.stop();
    const second = startAgentOn(ksc.server, stateDir, first.heldVersion());
    restarts.push(await second.cost("inventory.pass"));
    await second.stop();
  }
  const of = (costs: readonly Cost[], what: keyof Cost) => median(costs.map((cost) => cost[what]));
  return [
    {
      name: `${HOSTS} hosts, from an empty copy to acknowledged`,
      value: of(full, "ms"),
      unit: "ms",
      peer: { name: "only reading them", value: median(reading) },
      goal: { of: "ratio", atMost: GOAL_FULL },
    },
    { name: "its KSC calls", value: of(full, "calls"), unit: "calls" },
    { name: "its bytes upward, per host", value: of(full, "bytes") / HOSTS, unit: "bytes" },
    { name: "a pass over a live site, nothing changed", value: of(idle, "ms"), unit: "ms" },
    { name: "its KSC calls (nothing changed)", value: of(idle, "calls"), unit: "calls" },
    {
      name: "its bytes upward (nothing changed)",
      value: of(idle, "bytes"),
      unit: "bytes",
      goal: { of: "value", atMost: 0 },
    },
    {
      name: "bytes upward after a restart",
      value: of(restarts, "bytes"),
      unit: "bytes",
      goal: { of: "value", atMost: 0 },
    },
  ];
}

interface Cost {
  readonly ms: number;
  readonly calls: number;
  readonly bytes: number;
}

interface MeasuredAgent {
  /** From now, or from the last of these, until the agent says so in its log. */
  cost(line: "inventory.snapshot" | "inventory.pass"): Promise<Cost>;
  heldVersion(): number;
  stop(): Promise<void>;
}

/** A site agent without a socket: what it sends is counted in the form of the wire, and acknowledged at once. */
function startAgentOn(ksc: BenchKsc, stateDir: string, heldVersion = 0): MeasuredAgent {
  const lines: string[] = [];
  const note = (line: string, _fields?: LogFields) => void lines.push(line);
  const logger: Logger = { ...silentLogger, info: note };
  const settings: AgentSettings = { ...DEFAULT_SETTINGS, inventoryIntervalMs: PASS_EVERY_MS };
  const fail = (cause: unknown) => {
    throw cause;
  };
  const edr = createKscEdr({ client: clientOf(ksc) });
  const inventory = openInventoryStore(stateDir);
  const ledger = openLedgerStore(stateDir, { onSetAside: () => {}, onDamage: fail, onStuck: () => {} });
  let bytes = 0;
  let held = heldVersion;
  let seq = 0;
  const agent: SiteAgent = createSiteAgent({
    edr,
    store: ledger,
    inventory,
    clock: systemClock,
    random: systemRandom,
    logger,
    settings,
    onBroken: fail,
  });
  const send = (message: ToCoordinator): "sent" => {
    if (message.kind !== "inventorySnapshot" && message.kind !== "inventoryDelta") return "sent";
    bytes += encodeFrame({ seq: ++seq, traceparent: "", body: message }, TO_COORDINATOR_BYTES_MAX).length;
    if (message.kind === "inventoryDelta" || message.last) held = message.version;
    setImmediate(() => void agent.handle({ kind: "inventoryAck", version: held }));
    return "sent";
  };
  agent.start();
  agent.sessionUp({
    epoch: 1,
    role: "active",
    actingLeaseMs: 0,
    coordinatorTime: systemClock.now(),
    askedAt: momentOf(systemClock),
    statusCursor: 0,
    inventoryVersion: heldVersion,
    statusesPerBatchMax: 500,
    uplink: { send, drained: async () => {} },
  });
  return {
    heldVersion: () => held,
    async cost(line) {
      const before = { ms: performance.now(), bytes, calls: totalOf(await ksc.calls()) };
      lines.length = 0;
      await eventually(() => lines.includes(line), { what: line, withinMs: ROUND_MS_MAX, everyMs: 2 });
      const ms = performance.now() - before.ms - (line === "inventory.pass" ? PASS_EVERY_MS : 0);
      return { ms: Math.max(0, ms), calls: totalOf(await ksc.calls()) - before.calls, bytes: bytes - before.bytes };
    },
    async stop() {
      await agent.stop(5_000);
      await edr.close();
      await ledger.close();
      inventory.close();
    },
  };
}

async function readOnly(ksc: BenchKsc): Promise<number> {
  const edr = createKscEdr({ client: clientOf(ksc) });
  const from = performance.now();
  let hosts = 0;
  for await (const page of edr.inventory(new AbortController().signal)) hosts += page.length;
  await edr.close();
  if (hosts !== HOSTS) throw new Error(`KSC listed ${hosts} of ${HOSTS} hosts`);
  return performance.now() - from;
}

function clientOf(ksc: BenchKsc) {
  return createKscClient({
    host: "127.0.0.1",
    port: ksc.port,
    trust: { pinPem: ksc.certificatePem },
    credentials: { scheme: "KSCBasic", user: KSC_USER, password: new Secret(KSC_PASSWORD) },
  });
}

interface LargeKsc extends AsyncDisposable {
  readonly server: BenchKsc;
}

async function startLargeKsc(folder: string): Promise<LargeKsc> {
  const certificate = path.join(folder, "ksc.pem");
  const program: Program = startProgram("tools/ksc-sim/src/main.ts", [
    ...["--hosts", String(HOSTS), "--seed", "1", "--user", KSC_USER, "--password", KSC_PASSWORD],
    ...["--port", "0", "--control-port", "0", "--cert-out", certificate],
  ]);
  const [line] = await program.waitForLine(/^ksc-sim ready.*$/, { withinMs: 120_000 });
  const control = /control (http:\S+)/.exec(line)?.[1];
  const [, name = "", url = ""] = /ready: (\S+) (https:\S+)/.exec(line) ?? [];
  const server: BenchKsc = {
    name,
    url,
    port: Number(new URL(url).port),
    certificatePem: readFileSync(certificate, "utf8"),
    hostIds: [],
    async calls() {
      const answer = await fetch(`${control}/servers/${name}/truth?part=calls`);
      return z.record(z.string(), z.number()).parse(await answer.json());
    },
  };
  return {
    server,
    async [Symbol.asyncDispose]() {
      await program.end();
    },
  };
}
