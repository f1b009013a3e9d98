// Runs the agents of several sites in one process: one configuration file per argument, each enrolled with the token beside it.
import { existsSync, readFileSync } from "node:fs";
import { enroll, loadConfig, type RunningAgent, startAgent } from "@cordon/agent";
import { Secret } from "@cordon/core/kernel";
import { createLogger } from "@cordon/telemetry";

const running: RunningAgent[] = [];
for (const file of process.argv.slice(2)) {
  const config = loadConfig(file, {});
  const tokenFile = `${file}.token`;
  if (existsSync(tokenFile)) {
    await enroll({ stateDir: config.stateDir, token: new Secret(readFileSync(tokenFile, "utf8")), force: false });
  }
  const logger = createLogger({ level: config.log.level, destination: { file: config.log.file ?? `${file}.log` } });
  running.push(await startAgent(config, { logger }));
}
console.log(JSON.stringify({ ready: true, agents: running.length }));
process.once("SIGTERM", () => {
  void Promise.all(running.map((agent) => agent.stop())).then(() => process.exit(0));
});
