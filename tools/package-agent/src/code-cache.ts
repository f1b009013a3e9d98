import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A run of the program as it starts every day. */
export interface WarmUp {
  readonly args: readonly string[];
  /** Resolves when it has come as far as a start goes. Asked before it is started. */
  readonly far: () => Promise<unknown>;
}

/** Enough for a program to do what it does right after its start. */
const SETTLE_MS = 500;
const WARM_UP_MS = 60_000;
/** Any seed but V8's random one: the same program gives the same cache. */
const HASH_SEED = "--hash-seed=1";

/**
 * What V8 makes of a program's start, for the Node that runs this: it runs the program once and keeps the code of all functions
 * that a start calls. Reading them again would be half of the start.
 */
export async function codeCacheOf(program: Uint8Array, warmUp: WarmUp): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "cordon-code-cache-"));
  const [file, cacheFile] = [path.join(folder, "program.cjs"), path.join(folder, "cache")];
  try {
    await writeFile(file, program);
    const far = warmUp.far();
    const main = path.join(import.meta.dirname, "code-cache-main.ts");
    const child = spawn(process.execPath, [HASH_SEED, main, file, cacheFile, ...warmUp.args], {
      stdio: ["pipe", "ignore", "pipe"],
      timeout: WARM_UP_MS,
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2_000);
    });
    const ended = once(child, "close").then(([code]) => code as number | null);
    const early = ended.then((code) => {
      throw new Error(`the warm-up ended with ${code}: ${said}`);
    });
    await Promise.race([far, early]);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    early.catch(() => {});
    child.stdin.end();
    const code = await ended;
    if (code !== 0) throw new Error(`the warm-up ended with ${code}: ${said}`);
    return await readFile(cacheFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
