import type { RegisterCommand } from "./command.ts";
import { registerDoctor } from "./doctor-command.ts";
import { registerEnroll } from "./enroll-command.ts";
import { registerKill } from "./kill-command.ts";
import { registerLedger } from "./ledger-command.ts";
import { registerLogs } from "./logs-command.ts";
import { registerPolicy } from "./policy-command.ts";
import { registerRun } from "./run-command.ts";
import { registerService } from "./service-command.ts";
import { registerStatus } from "./status-command.ts";
import { registerUpdate } from "./update-command.ts";

/** In the order of `--help`: the way a person meets them. */
export const ALL_COMMANDS: readonly RegisterCommand[] = [
  registerEnroll,
  registerRun,
  registerStatus,
  registerLedger,
  registerLogs,
  registerPolicy,
  registerKill,
  registerDoctor,
  registerService,
  registerUpdate,
];
