import { readFile, writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { parse as parseYaml } from "yaml";
import { ConfigError, fileSchema } from "./config/check-config.ts";
import type { ServerConfig, SimulatorConfig } from "./types.ts";

export interface CliOptions {
  readonly config: SimulatorConfig;
  /** Where to write the first server's certificate; further servers get `<file>.<name>`. */
  readonly certOut: string | undefined;
}

const EXAMPLES = `
Examples:
  One server on KSC's usual port, time 60 times faster, certificate for the client to pin:
    npm run ksc-sim -- --port 13299 --user soc --password secret --hosts 50 --seed 1 --time-scale 60 --cert-out ksc.pem
  Any free port, control API on 8099:
    npm run ksc-sim -- --port 0 --control-port 8099
  Several servers, virtual servers, users with rights, knobs (see tools/ksc-sim/README.md):
    npm run ksc-sim -- --config estate.yaml

The control API (plain HTTP on loopback) scripts devices, faults and operators and tells the truth:
    curl -s localhost:8099/                       what there is
    curl -s localhost:8099/servers/ksc-1/truth    what really happened`;

interface RawOptions {
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly hosts?: number;
  readonly seed?: number;
  readonly timeScale?: number;
  readonly certOut?: string;
  readonly controlPort?: number;
  readonly config?: string;
  readonly host?: string;
}

const DEFAULT_PORT = 13_299;

/** Reads the command line. Throws ConfigError for a wrong file; commander prints help and mistakes by itself and exits. */
export async function readCommandLine(argv: readonly string[]): Promise<CliOptions> {
  const command = new Command("ksc-sim")
    .description("Simulates Kaspersky Security Center's Open API with its Web Console and the KES endpoints behind it.")
    .option(
      "--port <number>",
      `HTTPS port; 0 takes a free one (default ${DEFAULT_PORT}, with --config what the file says)`,
      wholeNumber(65_535),
    )
    .option("--host <address>", "address to listen on (default 127.0.0.1)")
    .option("--user <name>", "KSC account (default soc)")
    .option("--password <text>", "its password (default secret)")
    .option("--hosts <count>", "number of endpoints (default 50)", wholeNumber(100_000))
    .option("--seed <number>", "the estate's seed (default 1)", wholeNumber(Number.MAX_SAFE_INTEGER))
    .option("--time-scale <factor>", "how much faster the estate's delays run (default 1)", factor)
    .option("--cert-out <file>", "write the server's certificate there, for the client to pin")
    .option("--control-port <number>", "port of the control API; 0 takes a free one (default 0)", wholeNumber(65_535))
    .option("--config <file>", "YAML file with servers, users, knobs; options given beside it win")
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false);
  command.parse([...argv], { from: "user" });
  const raw = command.opts<RawOptions>();
  const file = raw.config === undefined ? undefined : await readConfigFile(raw.config);
  return { config: merge(raw, file), certOut: raw.certOut };
}

function merge(raw: RawOptions, file: SimulatorConfig | undefined): SimulatorConfig {
  const [first, ...others] = file?.servers ?? [
    { name: "ksc-1", port: DEFAULT_PORT, user: "soc", password: "secret", hosts: 50 },
  ];
  const server: ServerConfig = {
    ...(first as ServerConfig),
    ...(raw.port === undefined ? {} : { port: raw.port }),
    ...(raw.user === undefined ? {} : { user: raw.user }),
    ...(raw.password === undefined ? {} : { password: raw.password }),
    ...(raw.hosts === undefined ? {} : { hosts: raw.hosts }),
  };
  return {
    ...file,
    servers: [server, ...others],
    ...(raw.host === undefined ? {} : { host: raw.host }),
    ...(raw.seed === undefined ? {} : { seed: raw.seed }),
    ...(raw.timeScale === undefined ? {} : { timeScale: raw.timeScale }),
    ...(raw.controlPort === undefined ? {} : { controlPort: raw.controlPort }),
  };
}

async function readConfigFile(path: string): Promise<SimulatorConfig> {
  let value: unknown;
  try {
    value = parseYaml(await readFile(path, "utf8"));
  } catch (error) {
    throw new ConfigError(`Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
    throw new ConfigError(`${path} is wrong:\n  ${mistakes.join("\n  ")}`);
  }
  return parsed.data as SimulatorConfig;
}

/** Writes each server's certificate; returns the files in the servers' order. */
export async function writeCertificates(
  certOut: string,
  servers: readonly { name: string; certificatePem: string }[],
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, server] of servers.entries()) {
    const file = index === 0 ? certOut : `${certOut}.${server.name}`;
    await writeFile(file, server.certificatePem);
    files.push(file);
  }
  return files;
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > max)
      throw new InvalidArgumentError(`A whole number from 0 to ${max} is expected.`);
    return value;
  };
}

function factor(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("A number above 0 is expected.");
  return value;
}
