import { type LogFields, systemClock, systemRandom } from "@cordon/core/kernel";
import { startEmbeddedPostgres } from "../src/index.ts";

/**
 * A coordinator as far as its database is concerned: starts it in the given folder, says so in one line of JSON, and stops
 * it on SIGTERM.
 */
const say = (fields: LogFields) => process.stdout.write(`${JSON.stringify(fields)}\n`);
const ignore = () => {};
const logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: (op: string, fields?: LogFields) => say({ op, ...fields }),
};

try {
  const folder = process.argv[2] ?? "";
  const server = await startEmbeddedPostgres({ folder, clock: systemClock, random: systemRandom, logger });
  process.once("SIGTERM", () => {
    void server.stop().then(() => process.exit(0));
  });
  say({ url: server.urlOf("cordon").reveal(), pid: server.serverPid(), folder: server.folder });
} catch (error) {
  say({ failed: String(error) });
  process.exitCode = 1;
}
