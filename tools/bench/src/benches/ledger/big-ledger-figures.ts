import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LEDGER_FILE } from "@cordon/agent-store";
import { spawnProgram } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians, median } from "../../rounds.ts";
import { ENDPOINTS } from "./big-ledger.ts";
import { admitDurably, newOrder, openLedger } from "./site-ledger.ts";

const ADMISSIONS = 300;
const MIB = 1_048_576;

/** Opening, admitting and memory, each against the same on an empty ledger or on bare SQLite. */
export async function measureBigLedger(
  { rounds, say }: BenchContext,
  work: string,
  big: string,
): Promise<readonly Measurement[]> {
  say(`opening it, and admitting ${ADMISSIONS} one by one: ${rounds} rounds …`);
  let turn = 0;
  const empty = () => path.join(work, `empty-${++turn}`);
  const medians = await interleavedMedians(rounds, {
    open: () => firstAdmissionMs(big),
    bare: async () => bareOpenMs(big),
    admitBig: () => admissionMs(big),
    admitEmpty: () => admissionMs(empty()),
  });
  say("memory of a process that holds it …");
  const memory = await interleavedMedians(rounds, {
    big: () => privateBytes(big),
    empty: () => privateBytes(empty()),
  });
  return [
    {
      name: "1,000,000 rows: open to first durable admission",
      value: medians.open,
      unit: "ms",
      peer: { name: "bare node:sqlite opens it and reads one row", value: medians.bare },
      goal: { of: "ratio", atMost: 20 },
    },
    {
      name: "1,000,000 rows: one durable admission",
      value: medians.admitBig,
      unit: "ms",
      peer: { name: "the same on an empty ledger", value: medians.admitEmpty },
      goal: { of: "ratio", atMost: 1.5 },
    },
    {
      name: "1,000,000 rows: private memory above an empty ledger",
      value: (memory.big - memory.empty) / MIB,
      unit: "MiB",
      goal: { of: "value", atMost: 60 },
    },
  ];
}

async function firstAdmissionMs(stateDir: string): Promise<number> {
  const startedMs = performance.now();
  const { ledger, close } = openLedger(stateDir);
  await admitDurably(ledger, [newOrder(anyEndpoint())]);
  const elapsedMs = performance.now() - startedMs;
  await close();
  return elapsedMs;
}

function bareOpenMs(stateDir: string): number {
  const startedMs = performance.now();
  const db = new DatabaseSync(path.join(stateDir, LEDGER_FILE));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  db.prepare("SELECT body FROM entries WHERE action_id = ?").get(`act_${"1".padStart(32, "0")}`);
  const elapsedMs = performance.now() - startedMs;
  db.close();
  return elapsedMs;
}

/** Median of single admissions, each on an endpoint that was not asked for before. */
async function admissionMs(stateDir: string): Promise<number> {
  const { ledger, close } = openLedger(stateDir);
  const first = anyEndpoint();
  const times: number[] = [];
  for (let index = 0; index < ADMISSIONS; index++) {
    const order = newOrder((first + index * 31) % ENDPOINTS);
    const startedMs = performance.now();
    await admitDurably(ledger, [order]);
    times.push(performance.now() - startedMs);
  }
  await close();
  return median(times);
}

let asked = 0;

/** Walks over the endpoints, so that no round meets what an earlier one left. */
function anyEndpoint(): number {
  asked += 1_009;
  return asked % ENDPOINTS;
}

async function privateBytes(stateDir: string): Promise<number> {
  const program = path.join(import.meta.dirname, "hold-ledger-main.ts");
  await using child = spawnProgram({ argv: [process.execPath, "--expose-gc", program, stateDir] });
  const [, bytes] = await child.waitForLine(/^private (\d+)$/m);
  return Number(bytes);
}
