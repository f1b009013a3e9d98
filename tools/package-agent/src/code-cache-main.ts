/** Runs a joined program until it comes to rest, and writes what V8 made of its start: `code-cache-main.ts FILE CACHE ARGUMENTS…`. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import vm from "node:vm";

const [node = "", , file = "", cacheFile = "", ...args] = process.argv;
const nodeRequire = createRequire(import.meta.url);
let start: vm.Script | undefined;

/** The program compiles its start before anything else. */
class Watched extends vm.Script {
  constructor(...given: ConstructorParameters<typeof vm.Script>) {
    super(...given);
    start ??= this;
  }
}

/** What a program does later by the clock is no part of its start; whether a slow machine comes to it must not change the cache. */
const START_MS = 1;
const NEVER_MS = 2 ** 31 - 1;
const { setTimeout: systemTimeout } = globalThis;
const startTimeout = (callback: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
  systemTimeout(callback, ms > START_MS ? NEVER_MS : ms, ...given);
globalThis.setTimeout = Object.assign(startTimeout, systemTimeout);

const LOOK_MS = 250;
const LOOKS_MAX = 200;
const QUIET_LOOKS = 3;
/** Of a look: a loop that waits uses less, however slow the machine is. */
const QUIET_SHARE = 0.2;

/** All is done that follows from the start. */
async function untilQuiet(): Promise<void> {
  for (let looks = 0, quiet = 0; quiet < QUIET_LOOKS; looks++) {
    if (looks === LOOKS_MAX) throw new Error(`${file} does not come to rest`);
    const before = performance.eventLoopUtilization();
    await new Promise<void>((resolve) => systemTimeout(resolve, LOOK_MS));
    quiet = performance.eventLoopUtilization(before).utilization < QUIET_SHARE ? quiet + 1 : 0;
  }
}

/** V8 takes a cache that was made with its own flags: what the agent changes (`lean-start.ts`), and this process was started with. */
const CHANGED = ["sparkplug", "maglev", "opt", "wasm-tier-up", "wasm-dynamic-tiering", "no-expose-gc", "hash-seed=0"];

function takeCache(): never {
  if (start === undefined) throw new Error(`${file} compiled nothing`);
  for (const flag of CHANGED) setFlagsFromString(`--${flag}`);
  writeFileSync(cacheFile, start.createCachedData());
  process.exit(0);
}

process.argv = [node, file, ...args];
const load = (name: string): unknown => (name === "node:vm" ? { ...vm, Script: Watched } : nodeRequire(name));
new Function("require", readFileSync(file, "utf8"))(load);
await untilQuiet();
takeCache();
