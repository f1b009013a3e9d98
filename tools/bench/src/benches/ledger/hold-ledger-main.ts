import { readFileSync } from "node:fs";
import { admitDurably, newOrder, openLedger } from "./site-ledger.ts";

/** Opens a ledger, works with it a little, and says how much memory is this process's own. */
const { ledger } = openLedger(process.argv[2] ?? "");
for (let endpoint = 0; endpoint < 1_000; endpoint++) await admitDurably(ledger, [newOrder(endpoint)]);
globalThis.gc?.();
const rollup = readFileSync("/proc/self/smaps_rollup", "utf8");
const kib = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
console.log(`private ${kib * 1_024}`);
setInterval(() => {}, 60_000);
