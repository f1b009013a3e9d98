import type { EndpointId, EpochMs } from "../kernel/index.ts";

/** How an endpoint's task slots stand, as the ledger sees them. `used` counts our tasks, tasks of others and slots that are held. */
export interface EndpointBudget {
  readonly endpointId: EndpointId;
  readonly limit: number;
  readonly used: number;
  /** Of `used`: tasks that others made. */
  readonly foreign: number;
  /** Actions that wait for a slot. */
  readonly deferred: number;
  /** False while the ledger has not yet seen KSC's tasks of this endpoint and assumes the worst [L2]. */
  readonly known: boolean;
  readonly measuredAt: EpochMs;
}
