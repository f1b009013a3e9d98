import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Bundle, bundleAgent, bundleProgram, warmed, warmedAgent } from "@cordon/package-agent/bundle";
import { createTempFolder, spawnProgram } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";
import { CHECKOUT } from "../e2e/program.ts";
import { type IdleSite, startIdleSite } from "./idle-site.ts";

/** After it is connected: the first look at KSC is over, and nothing happens any more. */
const SETTLE_MS = 6_000;
const MIB = 1_048_576;
const NOWHERE = "wss://127.0.0.1:1";
/** As the installed service sets it: what the start freed goes back to the system. Both sides get it. */
const SERVICE_ENVIRONMENT = { MALLOC_TRIM_THRESHOLD_: "131072" };
const BUILD = { version: "0.0.0-bench", builtAt: "2026-01-01T00:00:00Z" };

/**
 * An agent without work beside a program that only opens the same WebSocket. Both are bundled alike, each with the code cache
 * that a packaged program has, and run in a Node of their own (a copy of the executable each), as on a customer's machine, where
 * no other process shares its pages.
 */
export async function measureIdle({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  using folder = createTempFolder();
  await using site = await startIdleSite(folder.path);
  say("bundling the agent and the bare client …");
  const agentArguments = ["-c", site.configFile, "run"];
  const agent = program(folder.path, "agent", await warmedAgent(await bundleAgent(CHECKOUT, BUILD)));
  const bareClient = await bundleProgram(CHECKOUT, path.join(import.meta.dirname, "bare-client-main.ts"));
  // As the agent's, its warm-up meets a gateway that does not answer.
  const bareWarmUp = [NOWHERE, ...site.bareArguments.slice(1)];
  const bare = program(folder.path, "bare", await warmed(bareClient, bareWarmUp));
  const runAgent = () => run(site, [...agent, ...agentArguments], "welcomed");
  const runBare = () => run(site, [...bare, ...site.bareArguments], "upgraded");
  say(`${rounds} rounds of starting both …`);
  const memory = { agent: [] as number[], bare: [] as number[] };
  const keep = (side: keyof typeof memory, seen: Seen) => {
    memory[side].push(seen.privateBytes);
    return seen.connectedMs;
  };
  const start = await interleavedMedians(rounds, {
    agent: async () => keep("agent", await runAgent()),
    bare: async () => keep("bare", await runBare()),
  });
  const name = "bare Node program with the same WebSocket";
  return [
    {
      name: "idle agent: private memory",
      value: middle(memory.agent) / MIB,
      unit: "MiB",
      peer: { name, value: middle(memory.bare) / MIB },
      goal: { of: "ratio", atMost: 1.3 },
    },
    {
      name: "idle agent: start to connected",
      value: start.agent,
      unit: "ms",
      peer: { name, value: start.bare },
      goal: { of: "ratio", atMost: 2.5 },
    },
  ];
}

interface Seen {
  readonly connectedMs: number;
  readonly privateBytes: number;
}

async function run(site: IdleSite, argv: readonly [string, ...string[]], sign: "welcomed" | "upgraded"): Promise<Seen> {
  const connected = site.next(sign);
  const startedMs = performance.now();
  await using child = spawnProgram({ argv, env: { ...process.env, ...SERVICE_ENVIRONMENT } });
  const connectedMs = (await connected) - startedMs;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { connectedMs, privateBytes: privateBytesOf(child.pid) };
}

/** Pages that no other process has, of code as well as of data (`Private_Clean` and `Private_Dirty`, proc(5)). */
function privateBytesOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kib = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
  return kib.reduce((sum, [, value]) => sum + Number(value) * 1_024, 0);
}

function program(folder: string, name: string, bundle: Bundle): readonly [string, string] {
  const node = path.join(folder, `node-${name}`);
  const file = path.join(folder, `${name}.cjs`);
  copyFileSync(process.execPath, node);
  writeFileSync(file, bundle.code);
  return [node, file];
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
