import type { ProcessHealth } from "@cordon/contracts/api";
import { asAppError, type EpochMs } from "@cordon/core/kernel";
import { VERSION } from "./version.ts";

export interface HealthProbe {
  look(): Promise<ProcessHealth>;
}

export interface HealthProbeDeps {
  readonly startedAt: EpochMs;
  readonly pingDatabase: () => Promise<void>;
  readonly pingQueue: () => Promise<unknown>;
  readonly queueBackend: ProcessHealth["queue"]["backend"];
  readonly gatewaySessions: () => number;
  readonly intakePressure: () => ProcessHealth["intake"];
}

/** Asks what the process needs; a part that fails says why and what to do. */
export function createHealthProbe(deps: HealthProbeDeps): HealthProbe {
  return {
    async look() {
      const [database, queue] = await Promise.all([probe(deps.pingDatabase), probe(deps.pingQueue)]);
      return {
        ok: database.ok && queue.ok,
        version: VERSION,
        startedAt: deps.startedAt,
        database,
        queue: { ...queue, backend: deps.queueBackend },
        gateway: { sessions: deps.gatewaySessions() },
        intake: deps.intakePressure(),
      };
    },
  };
}

async function probe(ping: () => Promise<unknown>): Promise<ProcessHealth["database"]> {
  try {
    await ping();
    return { ok: true };
  } catch (thrown) {
    const { code, spec } = asAppError(thrown);
    return { ok: false, problem: { code, message: spec.text, mend: spec.mend } };
  }
}
