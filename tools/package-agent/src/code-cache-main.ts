/** Runs a joined program until standard input ends, and writes what V8 made of its start: `code-cache-main.ts FILE CACHE ARGUMENTS…`. */
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

/**
 * What a program does later by the clock is no part of its start; whether a slow machine comes to it must not change the cache.
 */
const START_MS = 100;
const NEVER_MS = 2 ** 31 - 1;
const { setTimeout: systemTimeout } = globalThis;
const startTimeout = (callback: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
  systemTimeout(callback, ms > START_MS ? NEVER_MS : ms, ...given);
globalThis.setTimeout = Object.assign(startTimeout, systemTimeout);

process.argv = [node, file, ...args];
process.stdin.once("end", () => {
  // V8 takes a cache that was made with its own flags. These are what the agent changes, and the seed below.
  for (const flag of [
    "--sparkplug",
    "--maglev",
    "--opt",
    "--wasm-tier-up",
    "--wasm-dynamic-tiering",
    "--no-expose-gc",
    "--hash-seed=0",
  ])
    setFlagsFromString(flag);
  if (start === undefined) throw new Error(`${file} compiled nothing`);
  writeFileSync(cacheFile, start.createCachedData());
  process.exit();
});
process.stdin.resume();
const load = (name: string): unknown => (name === "node:vm" ? { ...vm, Script: Watched } : nodeRequire(name));
new Function("require", readFileSync(file, "utf8"))(load);
