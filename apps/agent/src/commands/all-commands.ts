import type { RegisterCommand } from "./command.ts";

/**
 * In the order of `--help`: the way a person meets them. Each with all that it needs is loaded when it is asked for, so that the
 * agent that `run` starts does not hold the others in memory, nor wait for them.
 */
const ALL_COMMANDS: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  enroll: async () => (await import("./enroll-command.ts")).registerEnroll,
  run: async () => (await import("./run-command.ts")).registerRun,
  status: async () => (await import("./status-command.ts")).registerStatus,
  ledger: async () => (await import("./ledger-command.ts")).registerLedger,
  leases: async () => (await import("./leases-command.ts")).registerLeases,
  release: async () => (await import("./release-command.ts")).registerRelease,
  logs: async () => (await import("./logs-command.ts")).registerLogs,
  policy: async () => (await import("./policy-command.ts")).registerPolicy,
  kill: async () => (await import("./kill-command.ts")).registerKill,
  doctor: async () => (await import("./doctor-command.ts")).registerDoctor,
  service: async () => (await import("./service-command.ts")).registerService,
  update: async () => (await import("./update-command.ts")).registerUpdate,
};

/** The commands that these arguments may mean; all of them when they name none, or ask for help. */
export function commandsFor(argv: readonly string[]): Promise<readonly RegisterCommand[]> {
  const named = Object.keys(ALL_COMMANDS).filter((name) => argv.includes(name));
  const isForAll = named.length === 0 || argv.some((argument) => HELP.has(argument));
  const wanted = Object.entries(ALL_COMMANDS).filter(([name]) => isForAll || named.includes(name));
  return Promise.all(wanted.map(([, load]) => load()));
}

const HELP: ReadonlySet<string> = new Set(["help", "--help", "-h"]);
