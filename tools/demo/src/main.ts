import { Command } from "commander";
import { runDemo } from "./run-demo.ts";

const command = new Command("demo")
  .description(
    "Shows the whole of Cordon on this machine: two customers, three sites with simulated Security Centers, three agents.",
  )
  .option(
    "--check",
    "run to the end without a terminal, compare with the simulated servers, exit 0 only if all is well",
  )
  .option("--json", "with --check: the last line is the outcome as JSON")
  .option("--seed <number>", "draws the simulated endpoints", "1")
  .addHelpText("after", "\nExamples:\n  npm run demo\n  npm run demo -- --check --json\n  npm run demo -- --seed 7")
  .parse();

const options = command.opts<{ check?: boolean; json?: boolean; seed: string }>();
const seed = Number(options.seed);
if (!Number.isSafeInteger(seed) || seed < 0)
  command.error(`--seed must be a whole number from 0, is "${options.seed}"`);
if (options.json === true && options.check !== true) command.error("--json goes together with --check");

/** One Ctrl-C may arrive several times, from the terminal and from programs in between. */
const SAME_SIGNAL_MS = 1_000;
const stopping = new AbortController();
let firstSignalAt = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    firstSignalAt ||= performance.now();
    stopping.abort();
    // From somebody who does not want to wait: what is left is ended by the next start.
    if (performance.now() - firstSignalAt > SAME_SIGNAL_MS) process.exit(130);
  });
}

try {
  process.exitCode = await runDemo({
    check: options.check === true,
    json: options.json === true,
    seed,
    signal: stopping.signal,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Sockets of libraries may linger; everything that counts has been ended.
process.exit();
