import { type LedgerReader, openLedgerReader } from "@cordon/agent-store";
import type { Clock } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import { type DiskSpace, diskSpaceOf } from "../disk-space.ts";
import { isEnrolled, readIdentity } from "../identity-files.ts";
import { type LiveState, signsOf } from "../live-state.ts";
import { openReleaseStore } from "../update/release-store.ts";
import { AGENT_VERSION } from "../version.ts";

export interface StatusReport {
  readonly running: boolean;
  /** It runs, and what it says is new. */
  readonly fresh: boolean;
  readonly pid?: number;
  readonly identity?: {
    readonly tenantId: string;
    readonly siteId: string;
    readonly agentId: string;
    readonly expiresAt: number;
  };
  readonly live?: LiveState;
  readonly ledger?: ReturnType<LedgerReader["counts"]> & { readonly epoch: number; readonly statusSeq: number };
  readonly ledgerProblem?: string;
  readonly disk?: DiskSpace;
  readonly policyFile?: string;
  readonly update: {
    readonly mode: string;
    readonly active?: string;
    readonly trial?: string;
    readonly rejected: number;
  };
}

/** Reads what the state folder tells; works whether or not the agent runs. */
export function readStatus(config: AgentConfig, clock: Clock): StatusReport {
  const { live, ...signs } = signsOf(config.stateDir, clock.now());
  const disk = live?.disk ?? diskSpaceOf(config.stateDir);
  const book = openReleaseStore(config.stateDir).readBook(AGENT_VERSION);
  return {
    ...signs,
    ...(isEnrolled(config.stateDir) ? { identity: identityOf(config.stateDir) } : {}),
    ...(live === undefined ? {} : { live }),
    ...ledgerOf(config.stateDir),
    ...(disk === undefined ? {} : { disk }),
    ...(config.policy.file === undefined ? {} : { policyFile: config.policy.file }),
    update: {
      mode: config.update.mode,
      ...(book.active === undefined ? {} : { active: book.active.version }),
      ...(book.trial === undefined ? {} : { trial: book.trial.release.version }),
      rejected: book.rejected.length,
    },
  };
}

/** A ledger that cannot be read is a thing to be told, not a reason to tell nothing. */
function ledgerOf(stateDir: string): Pick<StatusReport, "ledger" | "ledgerProblem"> {
  let reader: LedgerReader | undefined;
  try {
    reader = openLedgerReader(stateDir);
    if (reader === undefined) return {};
    const { epoch, statusSeq } = reader.meta();
    return { ledger: { ...reader.counts(), epoch, statusSeq } };
  } catch (error) {
    return { ledgerProblem: (error as Error).message };
  } finally {
    reader?.close();
  }
}

function identityOf(stateDir: string) {
  const { tenantId, siteId, agentId, expiresAt } = readIdentity(stateDir);
  return { tenantId, siteId, agentId, expiresAt };
}
