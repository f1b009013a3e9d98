#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import path from "node:path";

// Compiling is half of the time of a short command. The cache is this user's own: one in a shared folder could be poisoned.
const home =
  process.env.XDG_CACHE_HOME ?? (process.env.HOME === undefined ? undefined : path.join(process.env.HOME, ".cache"));
if (home !== undefined) enableCompileCache(path.join(home, "cordon"));

// Not before: what is loaded from here on goes through the cache.
const { systemClock, systemRandom } = await import("@cordon/core/kernel");
const { runCli } = await import("./cli.ts");
const { openTerminal } = await import("./terminal.ts");

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait.
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  });
}
// `cordon … | head` closes the pipe while we write.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 6));

const exitCode = await runCli(process.argv.slice(2), {
  ...openTerminal(process.env),
  env: process.env,
  clock: systemClock,
  random: systemRandom,
  signal: stopping.signal,
});
// A kept connection must not keep the process after its work is done; what was written is flushed first.
process.stdout.write("", () => process.exit(exitCode));
