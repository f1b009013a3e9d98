import type { CliOptions } from "./cli.ts";
import { readCommandLine, writeCertificates } from "./cli.ts";
import { ConfigError } from "./config/check-config.ts";
import { startSimulator } from "./simulator.ts";

/** Starts the simulator, prints one line when it is ready, ends on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const { config, certOut } = await readCommandLine(process.argv.slice(2));
  const simulator = await startSimulator(config);
  await runUntilSignal(simulator, certOut);
}

async function runUntilSignal(
  simulator: Awaited<ReturnType<typeof startSimulator>>,
  certOut: CliOptions["certOut"],
): Promise<void> {
  const files = certOut === undefined ? [] : await writeCertificates(certOut, simulator.servers);
  const servers = simulator.servers.map((server, index) => {
    const file = files[index];
    return `${server.name} ${server.url}${file === undefined ? "" : ` certificate ${file}`}`;
  });
  console.log(`ksc-sim ready: ${servers.join(", ")}; control ${simulator.controlUrl ?? "off"}`);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  await simulator.stop();
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, address, port } = (error ?? {}) as { code?: string; address?: string; port?: number };
  if (code === "EADDRINUSE")
    return `Port ${port} on ${address} is taken. Give another with --port, or --port 0 for a free one.`;
  if (code === "EACCES") return `Port ${port} needs more rights. Give one above 1023 with --port.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
