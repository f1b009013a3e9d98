import type { EndpointId, EpochMs } from "@cordon/core/kernel";
import { type Drift, isDrift } from "@cordon/core/ledger";

export interface DriftRecord extends Drift {
  readonly endpointId: EndpointId;
  readonly at: EpochMs;
}

/** How often KSC was otherwise than the ledger believed, since the agent started. */
export interface DriftFacts {
  /** Looks that were compared with a look before them. */
  readonly looks: number;
  readonly driftedLooks: number;
  /** Endpoints whose last look differed. */
  readonly endpoints: number;
  /** Tasks that appeared or vanished, all looks together. */
  readonly tasks: number;
  /** The last drift of each of the endpoints that drifted last, the newest first, at most `SHOWN_MAX`. */
  readonly last: readonly DriftRecord[];
}

const ENDPOINTS_MAX = 10_000;
const SHOWN_MAX = 20;

export interface DriftLog {
  note(endpointId: EndpointId, drift: Drift, at: EpochMs): void;
  facts(): DriftFacts;
}

export function createDriftLog(): DriftLog {
  /** By endpoint, the one that drifted last at the end. */
  const drifted = new Map<EndpointId, DriftRecord>();
  const differing = new Set<EndpointId>();
  let looks = 0;
  let driftedLooks = 0;
  let tasks = 0;

  return {
    note(endpointId, drift, at) {
      looks++;
      differing.delete(endpointId);
      if (!isDrift(drift)) return;
      drifted.delete(endpointId);
      differing.add(endpointId);
      driftedLooks++;
      tasks += drift.appeared + drift.vanished;
      drifted.set(endpointId, { endpointId, at, ...drift });
      const [oldest] = drifted.keys();
      if (drifted.size <= ENDPOINTS_MAX || oldest === undefined) return;
      drifted.delete(oldest);
      differing.delete(oldest);
    },
    facts: () => ({
      looks,
      driftedLooks,
      endpoints: differing.size,
      tasks,
      last: [...drifted.values()].slice(-SHOWN_MAX).reverse(),
    }),
  };
}
