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
  readonly breakGlass: () => Promise<ProcessHealth["breakGlass"]>;
}

/** Asks what the process needs; a part that fails says why and what to do. */
export function createHealthProbe(deps: HealthProbeDeps): HealthProbe {
  return {
    async look() {
      const [database, queue] = await Promise.all([probe(deps.pingDatabase), probe(deps.pingQueue)]);
      // Without the record nobody knows of alarms.
      const breakGlass = database.ok ? await deps.breakGlass().catch(() => undefined) : undefined;
      return {
        ok: database.ok && queue.ok,
        version: VERSION,
        startedAt: deps.startedAt,
        database,
        queue: { ...queue, backend: deps.queueBackend },
        gateway: { sessions: deps.gatewaySessions() },
        intake: deps.intakePressure(),
        ...(breakGlass === undefined ? {} : { breakGlass }),
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
