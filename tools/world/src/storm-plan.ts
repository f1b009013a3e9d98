import type { AgentSettings } from "@cordon/agent-core";
import type { ActionArgs } from "@cordon/core/action";
import type { HostBehaviour, Knobs } from "@cordon/ksc-sim/model";
import type { Range } from "./storm-random.ts";

/**
 * One storm: an estate, an agent's settings and everything that will happen, drawn from one seed before anything runs. The
 * same plan is played to Cordon's agent and to the vendor's scripts. Times are ms since the start of the storm.
 */
export interface StormPlan {
  readonly seed: number;
  readonly hosts: readonly PlannedHost[];
  readonly knobs: Knobs;
  readonly settings: AgentSettings;
  readonly clocks: { readonly agentSkewMs: number; readonly kscSkewMs: number };
  readonly ksc: KscTroubles;
  readonly link: LinkTroubles;
  /** The agent starts here; what is before is the estate's past. */
  readonly startsAtMs: number;
  /** From here on nothing more goes wrong; what is open gets time to end. */
  readonly calmAtMs: number;
  readonly endsAtMs: number;
  /** In order of time. */
  readonly happenings: readonly Happening[];
}

export interface PlannedHost {
  readonly id: string;
  readonly name: string;
  readonly kesVersion: string;
}

/** How calls to KSC go wrong before the calm; shares of calls, 0…1. */
export interface KscTroubles {
  readonly requestMs: Range;
  readonly answerMs: Range;
  /** The request is stored and its answer lost, at once or a moment after the caller gave up. */
  readonly lostAfterCommit: number;
  readonly storedLate: number;
  readonly lostBeforeCommit: number;
  /** Refused for a time, and for good. */
  readonly busy: number;
  readonly rejected: number;
  /** A read (look, states, events) is refused. */
  readonly readRefused: number;
}

export interface LinkTroubles {
  readonly latencyMs: Range;
  /** Messages to the agent that come twice. */
  readonly repeated: number;
}

export interface PlannedOrder {
  /** Names the order in both runs. */
  readonly index: number;
  readonly host: string;
  readonly spec: ActionArgs;
  readonly deadlineMs: number;
}

export type Happening = { readonly atMs: number } & (
  | { readonly kind: "order"; readonly order: PlannedOrder }
  /** A task of others: a KUMA script goes through an incident, a console user makes the task at once. */
  | {
      readonly kind: "foreign";
      readonly by: "script" | "user";
      readonly host: string;
      readonly spec: ActionArgs;
      readonly state: "pending" | "ok";
    }
  | { readonly kind: "console" | "ksc" | "link"; readonly state: "up" | "down" }
  | { readonly kind: "host"; readonly host: string; readonly behaviour: HostBehaviour }
  /** An operator removes a response task; `pick` in 0…1 says which of those there are. */
  | { readonly kind: "operatorDelete"; readonly pick: number }
  | { readonly kind: "operatorUnblock"; readonly host: string }
  | { readonly kind: "pace"; readonly taskCreateDelay: number }
  | { readonly kind: "cancel"; readonly order: number }
  | { readonly kind: "release"; readonly order: number }
  | { readonly kind: "clockJump"; readonly ms: number }
  | { readonly kind: "backup" }
  | { readonly kind: "diskFails" }
  /** `afterTimers`: how many timers of the storm still fire first, so that it strikes inside whatever is going on. */
  | {
      readonly kind: "crash";
      readonly afterTimers: number;
      readonly downMs: number;
      readonly ledger: "kept" | "restored" | "lost";
    }
);
