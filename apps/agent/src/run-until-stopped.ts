import { asAppError, errorSpec, systemClock } from "@cordon/core/kernel";
import { createLogger } from "@cordon/telemetry";
import type { AgentConfig } from "./config/index.ts";
import { giveMemoryBack } from "./give-memory-back.ts";
import { optimiseFromNowOn } from "./lean-start.ts";
import { optimiseAtWork } from "./optimise-at-work.ts";
import { type AgentFailure, type RunningAgent, startAgent } from "./start-agent.ts";
import type { Launch } from "./update/launch.ts";
import { AGENT_VERSION } from "./version.ts";

/**
 * Runs the agent until a signal or a failure it cannot mend, and returns the exit code; `restart` when it stopped to make room
 * for another release. A second signal ends it at once.
 */
export async function runUntilStopped(
  config: AgentConfig,
  launch: Launch,
  options: { readonly stopOnStdinEnd: boolean } = { stopOnStdinEnd: false },
): Promise<number | "restart"> {
  const logger = createLogger({ level: config.log.level, destination: logOf(config), base: { app: "agent" } });
  const { kscPassword: _secret, ...shown } = config;
  logger.info("agent.start", { version: AGENT_VERSION, pid: process.pid, config: shown });
  const signalled = options.stopOnStdinEnd ? Promise.race([nextSignal(), stdinEnd()]) : nextSignal();
  let agent: RunningAgent | undefined;
  // From the first moment on: without a listener it would end the process. Windows has none; there the files are looked at every second like anywhere.
  process.on("SIGHUP", () => agent?.reload());
  agent = await startAgent(config, { logger, launch });
  giveMemoryBack({ clock: systemClock, isIdle: () => agent.facts().ledger.open === 0 });
  optimiseAtWork({ clock: systemClock, cpuMs, optimise: optimiseFromNowOn });
  const ended = await Promise.race([signalled, agent.failed]);
  if (typeof ended === "string") {
    logger.info("agent.stopping", { signal: ended });
    for (const name of SIGNALS) process.once(name, () => process.exit(130));
    await agent.stop();
    logger.info("agent.stopped", {});
    logger.flush();
    return 0;
  }
  if (ended.kind === "restart") {
    logger.info("agent.stopping", { reason: "another release is to run" });
    await agent.stop();
    logger.flush();
    return "restart";
  }
  const told = describe(ended);
  logger.error("agent.failed", told);
  // With a ledger that cannot be written nothing can be ended in order; the next start reconciles.
  if (ended.kind === "link") await agent.stop();
  logger.flush();
  return 1;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function logOf({ log }: AgentConfig) {
  if (log.file === undefined) return "stderr" as const;
  const limits = {
    bytesMax: log.maxMegabytes * 1_048_576,
    filesMax: log.keepFiles,
    ageMsMax: log.keepDays * 86_400_000,
  };
  return { file: log.file, limits };
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of SIGNALS) process.once(name, () => resolve(name));
  });
}

/** Windows has no SIGTERM: its service host asks by closing our standard input. */
function stdinEnd(): Promise<"stdin"> {
  return new Promise((resolve) => {
    process.stdin.once("end", () => resolve("stdin"));
    process.stdin.once("error", () => resolve("stdin"));
    process.stdin.resume();
  });
}

function describe(failure: Exclude<AgentFailure, { kind: "restart" }>): {
  readonly code: string;
  readonly reason: string;
  readonly mend: string;
} {
  if (failure.kind === "ledger") {
    const error = asAppError(failure.cause);
    return { code: error.code, reason: error.message, mend: error.spec.mend };
  }
  const { stop } = failure;
  if (stop.kind === "aborted") return { code: "session.going_away", reason: "the link was ended", mend: "" };
  return { code: stop.code, reason: stop.text, mend: errorSpec(stop.code).mend };
}
