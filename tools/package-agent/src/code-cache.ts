import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const WARM_UP_MS = 120_000;
const SAID_CHARS_MAX = 2_000;
/** Any seed but V8's random one: the same program gives the same cache. */
const HASH_SEED = "--hash-seed=1";

/**
 * What V8 makes of a joined program's start, for the Node that runs this: it runs the program once with these arguments, until
 * nothing happens any more, and keeps the code of all functions that were called. Reading them again would be half of the start.
 */
export async function codeCacheOf(program: Uint8Array, args: readonly string[]): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "cordon-code-cache-"));
  const [file, cacheFile] = [path.join(folder, "program.cjs"), path.join(folder, "cache")];
  try {
    await writeFile(file, program);
    const main = path.join(import.meta.dirname, "code-cache-main.ts");
    const child = spawn(process.execPath, [HASH_SEED, main, file, cacheFile, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: WARM_UP_MS,
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-SAID_CHARS_MAX);
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`the program's run for its code cache ended with ${code}: ${said}`);
    return await readFile(cacheFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
