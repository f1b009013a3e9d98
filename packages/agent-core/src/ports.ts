import type { ActionKind, ActionOrder } from "@cordon/core/action";
import type { Endpoint, EvidenceItem } from "@cordon/core/endpoint";
import type { ActionId, EndpointId, EpochMs, ErrorCode } from "@cordon/core/kernel";

/**
 * The site's EDR as the agent's use cases see it: KSC with KES behind it. Every call may throw an `AppError` with a `ksc.*`
 * code; codes whose retry is `backoff` passed without effect, unless a method says otherwise.
 */
export interface Edr {
  /**
   * Stores the response request at KSC (`HostGroup.AddIncident`). `answer_lost` when the connection broke or timed out after
   * the request was written: the effect is then unknown and `findIncident` must be asked before anything is sent again [D4].
   * `mayGo` is asked when nothing is left to wait for, right before the first byte: false is `rejected` with `agent.not_acting`.
   */
  submit(order: SentOrder, signal: AbortSignal, mayGo?: () => boolean): Promise<SubmitOutcome>;
  /**
   * Looks for the incident of this order stored at or after `notBefore` (`HostGroup.FindIncidents`), by our key in its body: the
   * order's own incident, or one that was sent to serve it too.
   */
  findIncident(order: SentOrder, notBefore: EpochMs, signal: AbortSignal): Promise<FoundIncident | undefined>;
  /** Whether KSC has a connected service console (`ConEvents.IsAnyServiceConsoleAvailable`). */
  consoleAvailable(signal: AbortSignal): Promise<boolean>;
  /** Every task of the host that counts against its slots, ours and others' (`Tasks.GetAllTasksOfHost`, `HostTasks`). */
  tasksOf(endpointId: EndpointId, signal: AbortSignal): Promise<readonly EdrTask[]>;
  /** The state of known tasks on one host; a task that KSC no longer knows is `gone`. */
  taskStates(refs: readonly TaskRef[], signal: AbortSignal): Promise<ReadonlyMap<string, TaskState>>;
  /**
   * Removes a task at KSC and with it frees its slot [L7]. `gone`: KSC did not know it any more. What is thrown after the request
   * was sent leaves open whether it was removed; the next look at the endpoint tells.
   */
  deleteTask(ref: TaskRef, signal: AbortSignal): Promise<"deleted" | "gone">;
  /** How KSC sees these hosts now, in few calls (`HostGroup.FindHosts`). A host that KSC does not know is not in the map. */
  hostStates(ids: readonly EndpointId[], signal: AbortSignal): Promise<ReadonlyMap<EndpointId, HostState>>;
  /** Result events of response tasks with `event_db_id` above the cursor, oldest first, at most `limit`. */
  eventsAfter(cursor: number, limit: number, signal: AbortSignal): Promise<readonly EdrEvent[]>;
  /**
   * What KSC tells by itself since the last call, as far as this server does (`ConEvents`): whether it is worth while to ask. Never
   * earlier than the last answer's `notBeforeMs`; asked too early it says that nothing was heard.
   */
  signals(signal: AbortSignal): Promise<Signals>;
  /** Asks KSC to synchronise these hosts now instead of at their turn (`HostGroup.AddHostsForSync`, kaspersky.md 4.6). */
  syncHosts(ids: readonly EndpointId[], signal: AbortSignal): Promise<void>;
  /** Whether the host's policy lets prevention rules take effect, as far as the site can tell (kaspersky.md 2.8). */
  preventionPolicy(endpointId: EndpointId, signal: AbortSignal): Promise<PreventionPolicy>;
  /** Pages through the hosts of the site: all of them, or those that KSC saw, heard or got to know lately. */
  inventory(signal: AbortSignal, search?: InventorySearch): AsyncIterable<readonly Endpoint[]>;
  /** Hosts that fit, at most a few: for the coordinator's resolve requests. */
  findEndpoints(
    by: "hostId" | "fqdn" | "name" | "address",
    value: string,
    signal: AbortSignal,
  ): Promise<readonly Endpoint[]>;
  /** The server's own description and clock, for `doctor` and `status`. */
  serverInfo(signal: AbortSignal): Promise<EdrServerInfo>;
  /** What this KSC and this account can do, found by harmless reads. */
  capabilities(signal: AbortSignal): Promise<EdrCapabilities>;
  /** The endpoint's quarantine as KSC lists it, newest first, at most a few hundred (kaspersky.md 4.19). */
  quarantineItems(endpointId: EndpointId, signal: AbortSignal): Promise<readonly EvidenceItem[]>;
  /**
   * Opens one object of the endpoint's quarantine through its Network Agent and hands it to `take`, in pieces and in order. What
   * was opened is closed when `take` has ended. `ksc.unavailable`: the endpoint is not connected.
   */
  quarantineFile<T>(
    endpointId: EndpointId,
    itemId: string,
    take: (file: QuarantineFile) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  /** Ends sessions and connections. */
  close(): Promise<void>;
}

export interface InventorySearch {
  /** By KSC's own clock, so that no other clock can hide a host. */
  readonly seenWithinMs: number;
}

export interface EdrCapabilities {
  readonly kscVersion: string;
  readonly consoleAvailable: boolean;
  /** In the words of KSC's functional areas, with what fails without them. */
  readonly missingRights: readonly string[];
  /** `Class.Method` that this server does not have. */
  readonly missingMethods: readonly string[];
  /** See `EdrServerInfo`. */
  readonly clockSkewMs?: number;
}

export interface QuarantineFile {
  readonly name: string;
  readonly bytes: number;
  /** Together `bytes` long. Throws `ksc.*` when the endpoint or KSC stops answering. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** An order as it is sent. */
export interface SentOrder extends ActionOrder {
  /** [L5] Further actions that its one task serves; they are written into the incident, so that a lost ledger can be rebuilt. */
  readonly serves?: readonly ActionId[];
}

export type SubmitOutcome =
  | { readonly kind: "stored"; readonly incidentId: number }
  /** KSC answered with an error: nothing was stored. */
  | { readonly kind: "rejected"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "answer_lost"; readonly message: string };

export interface FoundIncident {
  /** Further actions that it serves, as far as the incident tells; absent when it cannot tell. */
  readonly serves?: readonly ActionId[];
  readonly incidentId: number;
  readonly addedAt: EpochMs;
}

export interface TaskRef {
  readonly taskId: string;
  readonly endpointId: EndpointId;
  /** `local`: a host task (class HostTasks); `global`: class Tasks (kaspersky.md 4.8, UNCONFIRMED which; both are looked at). */
  readonly scope: "global" | "local";
}

export interface EdrTask extends TaskRef {
  readonly displayName: string;
  /** KSC's own clock [kaspersky.md 6.5]. */
  readonly createdAt: EpochMs;
  /** Set when the name is one of a response task `[Response][area] type - date - id`. */
  readonly response?: {
    readonly area: string;
    readonly kind: ActionKind | undefined;
    /** The `<ID>` of the name when it is a number: if it equals an incident id, that is the task's incident. */
    readonly incidentId: number | undefined;
  };
}

export type TaskState =
  | { readonly kind: "gone" }
  /** Host task state mask (KSCAPI a00181): 1 pending, 2 running, 4 OK, 8 warning, 16 failed, 32 scheduled, 64 paused. */
  | { readonly kind: "present"; readonly hostState: number; readonly description: string };

export interface HostState {
  /** `KLHST_WKS_STATUS`: 1 visible, 2 in a group, 4 Network Agent installed, 8 agent running, 16 protection installed (kaspersky.md 4.6). */
  readonly statusMask: number;
  /** `KLHST_WKS_LAST_VISIBLE`, by KSC's clock; absent when KSC never saw the host. */
  readonly lastSeenAt?: EpochMs;
  /** Network Agent is installed and running: a task reaches the host at its next synchronisation. */
  readonly agentRunning: boolean;
}

export type Signals =
  /** This server does not offer them, or not these. */
  | { readonly kind: "absent" }
  | {
      readonly kind: "heard";
      /** Task states changed on some host, or may have: what happened before the first call was not heard. */
      readonly tasks: boolean;
      /** When the next call may hear something new, in ms from now. */
      readonly notBeforeMs: number;
    };

export type PreventionPolicy =
  /** `declared`: the site's own word; `fits`: the policy was read. */
  | { readonly kind: "declared" | "fits" }
  /** `reason`: which policy and setting, or why it cannot be told, for a person. */
  | { readonly kind: "contradicts" | "unknown"; readonly reason: string };

export interface EdrEvent {
  readonly eventDbId: number;
  readonly endpointId: EndpointId;
  readonly taskDisplayName: string;
  readonly description: string;
  /** `task_new_state` (KSCAPI a00029): 0 created, 1 running, 2 suspended, 3 failed, 4 completed … */
  readonly newState: number | undefined;
  readonly at: EpochMs;
}

export interface EdrServerInfo {
  readonly name: string;
  readonly version: string;
  readonly virtualServer: string | undefined;
  /** The server's own host, when KSC manages it: it must never be isolated [S6]. */
  readonly hostId?: EndpointId;
  /** KSC's clock minus ours, to about a second; absent when this KSC does not tell its time. */
  readonly clockSkewMs?: number;
}
