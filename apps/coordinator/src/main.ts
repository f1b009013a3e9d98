import { rmSync } from "node:fs";
import { asAppError, systemClock, systemRandom } from "@cordon/core/kernel";
import { writeFileDurably } from "@cordon/identity";
import { Command, Option } from "commander";
import { startCoordinator } from "./compose.ts";
import { banner } from "./start/announce.ts";
import { type ConfigName, environmentWith, readConfig } from "./start/config.ts";
import { VERSION } from "./start/version.ts";

/** Above what a loaded database needs to finish its last transactions; after it the process ends regardless. */
const STOP_MS_MAX = 20_000;
const SAME_SIGNAL_MS = 1_000;

/** Only what is no secret can be said on the command line: everybody on the machine can read it there. */
const FLAGS: readonly (readonly [flag: string, name: ConfigName, text: string])[] = [
  ["--data-dir <folder>", "CORDON_DATA_DIR", "where everything is kept"],
  ["--host <address>", "CORDON_HOST", "address to listen on"],
  ["--public-host <name>", "CORDON_PUBLIC_HOST", "name by which others reach this machine"],
  ["--intake-port <port>", "CORDON_INTAKE_PORT", "0 = any free one"],
  ["--api-port <port>", "CORDON_API_PORT", "0 = any free one"],
  ["--gateway-port <port>", "CORDON_GATEWAY_PORT", "0 = any free one"],
  ["--log-level <level>", "CORDON_LOG_LEVEL", "debug, info, warn or error"],
  ["--log <where>", "CORDON_LOG", "file or stderr"],
];

const command = new Command("cordon-coordinator")
  .description("The coordinator: takes KUMA's events, decides, and sends actions to the sites' agents.")
  .version(VERSION)
  .option("--ready-json", "print one JSON line when ready, instead of the text for people");
for (const [flag, name, text] of FLAGS) command.addOption(new Option(flag, `${text} (${name})`));
command.addHelpText("after", "\nAll settings are environment variables; see apps/coordinator/src/start/config.ts.");
command.parse();

try {
  await run(command.opts());
} catch (thrown) {
  const error = asAppError(thrown);
  process.stderr.write(`${error.message}\n${error.spec.mend}\n`);
  process.exit(1);
}

async function run(options: Readonly<Record<string, string | boolean | undefined>>): Promise<void> {
  const config = readConfig(environmentWith(fromFlags(options)));
  const stopping = new AbortController();
  let firstSignalMs: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      const now = systemClock.monotonicMs();
      firstSignalMs ??= now;
      // A terminal's Ctrl-C comes twice when a parent passes it on; a later one is from somebody who does not want to wait.
      if (now - firstSignalMs > SAME_SIGNAL_MS) process.exit(130);
      stopping.abort();
    });
  }
  const coordinator = await startCoordinator(config, { clock: systemClock, random: systemRandom });
  const { ready, readyFile } = coordinator;
  try {
    await writeFileDurably(readyFile, `${JSON.stringify(ready)}\n`, 0o600);
    process.stdout.write(options.readyJson === true ? `${JSON.stringify(ready)}\n` : banner(ready, config));
    if (!stopping.signal.aborted) {
      await new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
    }
  } finally {
    rmSync(readyFile, { force: true });
    systemClock.after(STOP_MS_MAX, () => {
      process.stderr.write(`Stopping took more than ${STOP_MS_MAX / 1_000} s; ending now. Nothing stored is lost.\n`);
      process.exit(1);
    });
    await coordinator.stop();
  }
  process.exit(0);
}

function fromFlags(options: Readonly<Record<string, string | boolean | undefined>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [flag, name] of FLAGS) {
    const key = new Option(flag).attributeName();
    const value = options[key];
    if (typeof value === "string") values[name] = value;
  }
  return values;
}
