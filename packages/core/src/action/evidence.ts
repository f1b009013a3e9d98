import type { EpochMs, ErrorCode } from "../kernel/index.ts";

/** [T1] What an outcome rests on, in rising order. "Sent" is never shown as "done". */
export const EVIDENCE_RUNGS = ["none", "incident", "console", "task", "host_state", "event"] as const;

export type EvidenceRung = (typeof EVIDENCE_RUNGS)[number];

export interface Evidence {
  readonly rung: EvidenceRung;
  /** KSC's incident id, from `HostGroup.AddIncident`. */
  readonly incidentId?: number;
  /** KSC's task id and display name, once the task was recognised. */
  readonly taskId?: string;
  readonly taskName?: string;
  /** KSC's host task state mask: 1 pending, 2 running, 4 OK, 8 warning, 16 failed, 32 scheduled, 64 paused (KSCAPI a00181). */
  readonly hostState?: number;
  /** `event_db_id` of the event that showed the result. */
  readonly eventDbId?: number;
}

/** One step in an action's timeline, as the agent reports it. */
export interface StatusDetail {
  readonly evidence: Evidence;
  /** Why, when it is not a plain step forward. */
  readonly code?: ErrorCode;
  /** One sentence for a person, with the mend where there is one; at most `STATUS_MESSAGE_CHARS_MAX`. */
  readonly message?: string;
  /** `deferred`: the earliest time a slot frees [L4]. */
  readonly earliest?: EpochMs;
}

export const STATUS_MESSAGE_CHARS_MAX = 500;
