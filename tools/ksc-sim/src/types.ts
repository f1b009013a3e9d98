import type { Knobs } from "./config/knobs.ts";
import type { SimClock } from "./model/clock.ts";

/** How a device answers its tasks. `never` starts a task and never ends it; `warn` ends it with a warning. */
export type HostBehaviour = "online" | "offline" | "slow" | "fail" | "warn" | "never";

/** The rights a KSC user can have; each method of the API needs one. */
export const RIGHTS = ["read", "incidents", "tasks", "policies", "reports", "hierarchy", "gateway", "admin"] as const;
export type Right = (typeof RIGHTS)[number];

export interface UserConfig {
  readonly user: string;
  readonly password: string;
  /** Rights granted; `"all"` by default. */
  readonly rights?: "all" | readonly Right[];
  /** Methods refused although the right is there, e.g. `Tasks.DeleteTask` or `Policy.*`. */
  readonly denyMethods?: readonly string[];
  /** Virtual servers this user may log on to; all by default. The main server is `""`. */
  readonly virtualServers?: readonly string[];
  /** A standing token for `KSCWT`, as a Web Console would hand out. */
  readonly webToken?: string;
  /** Two-step verification is required, so a password alone does not log in until the account is exempted. */
  readonly totp?: boolean;
}

export interface VirtualServerConfig {
  readonly name: string;
  /** Number of devices that belong to it. */
  readonly hosts?: number;
}

/** One device given by hand instead of drawn from the seed. */
export interface HostConfig {
  readonly id?: string;
  readonly name: string;
  readonly fqdn?: string;
  readonly ip?: string;
  readonly kesVersion?: string;
  readonly behaviour?: HostBehaviour;
  /** Attributes to add or, with null, to leave out. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface ServerConfig {
  /** The site's name; also a subject alternative name of its certificate. */
  readonly name: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Further names for the certificate. */
  readonly names?: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly users?: readonly UserConfig[];
  /** Number of devices drawn from the seed (default 50). */
  readonly hosts?: number;
  readonly hostList?: readonly HostConfig[];
  readonly virtualServers?: readonly VirtualServerConfig[];
  /** Name of the server whose secondary this one is. */
  readonly secondaryOf?: string;
  readonly knobs?: Partial<Knobs>;
  /** Server version, e.g. "15.2.0.100"; decides nothing but what GetStaticInfo says. */
  readonly version?: string;
  /** The device that the Administration Server itself runs on, by its id; absent: it manages no device of its own. */
  readonly serverHostId?: string;
}

export interface SimulatorConfig {
  readonly servers: readonly ServerConfig[];
  readonly seed?: number;
  /**
   * How much faster than life the estate's delays run: 60 makes a 15-minute synchronisation 15 s, a 5-hour isolation 5 min.
   * Timestamps stay honest wall-clock times and protocol lifetimes (sessions, accessors, polling) are not scaled.
   */
  readonly timeScale?: number;
  readonly clock?: SimClock;
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** Port of the control API on loopback; 0 or absent: a free port; null: none. */
  readonly controlPort?: number | null;
  /** Knobs for every server, before the server's own. */
  readonly knobs?: Partial<Knobs>;
}

export type FaultKind =
  | "latency"
  | "drop_before"
  | "drop_after"
  | "garbage"
  | "http_status"
  | "ksc_error"
  | "session_loss";

/** A fault that requests run into, until it has struck `times` times. */
export interface Fault {
  readonly kind: FaultKind;
  /** Method name or pattern with `*`, e.g. `HostGroup.AddIncident`, `Tasks.*`; every method by default. `login` and `GET` count as methods. */
  readonly method?: string;
  /** How often it strikes before it is gone; unlimited by default. */
  readonly times?: number;
  /** It strikes only after a request of this method (or pattern) came in; from the start by default. */
  readonly after?: string;
  /** Chance of striking a matching request, 0…1; 1 by default. */
  readonly probability?: number;
  /** `latency`: real milliseconds before the request is handled. */
  readonly latencyMs?: number;
  /** `http_status`: status to answer (default 500). */
  readonly status?: number;
  /** `garbage`: body to answer with. */
  readonly body?: string;
  /** `ksc_error`: the error to answer (default KLSTD 1195). */
  readonly error?: { readonly module: string; readonly code: number; readonly message?: string };
}

export interface HostSummary {
  readonly id: string;
  readonly instanceId: string;
  readonly name: string;
  readonly fqdn: string | undefined;
  readonly ip: string;
  readonly kesVersion: string | undefined;
  readonly agentVersion: string;
  readonly groupId: number;
  /** Name of the virtual server it belongs to; "" is the main server. */
  readonly virtualServer: string;
  readonly behaviour: HostBehaviour;
}

export interface HostChange {
  readonly behaviour?: HostBehaviour;
  /** How single task kinds end on this device, e.g. `{ isolateHost: "fail" }`; null forgets the script. */
  readonly outcomes?: Readonly<Record<string, "online" | "slow" | "fail" | "warn" | "never">> | null;
  /** Attributes to set or, with null, to remove. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

export type IncidentOutcome =
  | { readonly kind: "waiting" }
  | { readonly kind: "no_console" }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "task"; readonly taskId: string };

export interface IncidentTruth {
  readonly id: number;
  readonly hostId: string;
  readonly storedAt: number;
  readonly body: string;
  readonly handled: boolean;
  /** Who called AddIncident. */
  readonly user: string;
  readonly outcome: IncidentOutcome;
}

export type TaskState = "scheduled" | "pending" | "running" | "paused" | "ok" | "warning" | "failed";

export interface TaskTruth {
  readonly id: string;
  readonly guid: string;
  readonly name: string;
  /** EDR task kind (`isolateHost` …) or the KSC task type of an ordinary task. */
  readonly kind: string;
  /** Who made it: the console for a response request, an operator, or a caller of the API. */
  readonly origin: "response" | "operator" | "api";
  readonly incidentId: number | undefined;
  readonly createdAt: number;
  readonly hosts: readonly {
    readonly hostId: string;
    readonly state: TaskState;
    readonly startedAt: number | undefined;
    readonly finishedAt: number | undefined;
    readonly description: string;
  }[];
  readonly removed:
    | { readonly at: number; readonly why: "rotated" | "expired" | "operator" | "api" | "host_removed" }
    | undefined;
}

/** What really happened on a device because of a task. */
export interface EffectTruth {
  readonly taskId: string;
  readonly incidentId: number | undefined;
  readonly hostId: string;
  readonly kind: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: number;
}

export interface IsolationTruth {
  readonly hostId: string;
  readonly taskId: string;
  readonly since: number;
  readonly until: number;
  readonly ended: { readonly at: number; readonly why: "timer" | "operator" | "task_deleted" | "renewed" } | undefined;
}

export interface PreventionRuleTruth {
  readonly hostId: string;
  readonly taskId: string;
  readonly md5: string;
  readonly sha256: string;
  readonly path: string;
  readonly at: number;
}

export interface RotationTruth {
  readonly at: number;
  readonly taskId: string;
  readonly hostId: string;
  readonly kind: string;
  readonly stateWhenRotated: TaskState;
  /** The task that needed the room. */
  readonly madeRoomFor: string;
}

export interface Truth {
  readonly server: string;
  readonly now: number;
  readonly serviceConsole: "up" | "down";
  readonly knobs: Knobs;
  readonly incidents: readonly IncidentTruth[];
  readonly tasks: readonly TaskTruth[];
  readonly removedTasks: readonly TaskTruth[];
  readonly effects: readonly EffectTruth[];
  readonly isolations: readonly IsolationTruth[];
  readonly preventionRules: readonly PreventionRuleTruth[];
  readonly rotations: readonly RotationTruth[];
  readonly sessions: number;
  /** Calls that were handled, by method. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface ForeignTask {
  readonly hostId: string;
  /** EDR kind; `ods` (a scan a console user made) by default. */
  readonly kind?: string;
  /** Full display name; by default the name a KUMA script's task would have. */
  readonly name?: string;
  /** How many to make; 1 by default. */
  readonly count?: number;
  /** Create them already in this state instead of pending. */
  readonly state?: "pending" | "ok" | "failed";
}

/** What a test, the demo or an operator's script can do to one simulated server. Every change takes effect at once. */
export interface ServerControl {
  setHost(hostId: string, change: HostChange): void;
  /** Applies to every device of the server. */
  setAllHosts(change: HostChange): void;
  removeHost(hostId: string): void;
  setConsole(state: "up" | "down"): void;
  setKnobs(knobs: Partial<Knobs>): void;
  /** The policy's Execution Prevention switch. */
  setPreventionSwitch(position: "on" | "off"): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Ends every session: all tokens and logged-on connections answer 403. */
  dropSessions(): void;
  /** As after a restart of the service: sessions are gone and every connection is closed. */
  restart(): void;
  lockUser(user: string, seconds?: number): void;
  unlockUser(user: string): void;
  /** An operator deletes a task in the console. */
  deleteTask(taskId: string): void;
  /** An operator or a KUMA script creates tasks that we did not ask for. Returns their ids. */
  createForeignTasks(task: ForeignTask): readonly string[];
  /** An operator unblocks an isolated device in the console. */
  unblockIsolation(hostId: string): void;
  /** Moves the simulator's clock forward (the whole process) and lets everything due happen. */
  advance(ms: number): void;
  truth(): Truth;
}

export interface SimulatedServer {
  readonly name: string;
  /** e.g. `https://127.0.0.1:13299`. */
  readonly url: string;
  readonly port: number;
  readonly certificatePem: string;
  readonly user: string;
  readonly password: string;
  hosts(): readonly HostSummary[];
  readonly control: ServerControl;
}

export interface Simulator {
  readonly servers: readonly SimulatedServer[];
  /** The server of that name; throws when there is none. */
  server(name: string): SimulatedServer;
  /** Base URL of the control API, e.g. `http://127.0.0.1:41234`; undefined when it was switched off. */
  readonly controlUrl: string | undefined;
  readonly clock: SimClock;
  stop(): Promise<void>;
}
