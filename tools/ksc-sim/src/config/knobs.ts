/**
 * Every switch of the simulated Security Center, Web Console and KES. The comment names the row of the behaviour
 * catalogue in README.md that the switch belongs to. Durations are in seconds of the estate unless the name says otherwise.
 */
export interface Knobs {
  /** K2: a second request on a busy connection waits its turn, or the connection is reset. */
  readonly onOverlap: "queue" | "reset";
  /** K4: a session nobody used for this long answers 403. Wall-clock seconds, not scaled. */
  readonly sessionIdleSeconds: number;
  /** K5: after this many wrong passwords in a row … */
  readonly lockAfter: number;
  /** K5: … the account is blocked for this many wall-clock seconds. */
  readonly lockFor: number;
  /** K12: AddIncident for a host id the server does not know. */
  readonly unknownHost: "reject" | "accept";
  /** K13: is a Web Console with a background connection there to create tasks? */
  readonly serviceConsole: "up" | "down";
  /** K13: does a console that comes back read the incidents it missed? */
  readonly backlogOnReconnect: boolean;
  /** K14: from incident to task. */
  readonly taskCreateDelay: number;
  /** K14: how often a device synchronises with its server; a task starts at the next synchronisation. */
  readonly syncInterval: number;
  /** K14: a synchronisation asked for with AddHostsForSync happens after this. */
  readonly forcedSyncDelay: number;
  /** K16: the most response tasks that may exist in one scope. */
  readonly limit: number;
  /** K16: what the limit counts: per device, per server, or per autocreated task group (IOC limited, IRP not). */
  readonly scope: "host" | "server" | "group";
  /**
   * K16: which task makes room. `oldestCompleted` falls back to the oldest when none has completed; `any` draws one, because the
   * order is not documented.
   */
  readonly victim: "oldest" | "oldestCompleted" | "any";
  /** K17: age in days at which a response task is deleted. */
  readonly lifespanDays: number;
  /** K18: how long a device works on one task. */
  readonly taskDuration: number;
  /** K18: the same for the two scans. */
  readonly scanDuration: number;
  /** K18: a `slow` device needs this many times longer. */
  readonly slowFactor: number;
  /** K19: share of events that never reach the server, 0…1. */
  readonly dropEvents: number;
  /** K19: how late an event reaches the server. */
  readonly eventDelay: number;
  /** K19: the event store's cap; the oldest are trimmed. */
  readonly maxEvents: number;
  /** K20: isolation ends by itself after this when the request names no time. */
  readonly isolationDefaultSeconds: number;
  /** K20: the unit of `isolationTimeout` in a request (not publicly documented). */
  readonly isolationUnit: "seconds" | "minutes" | "hours";
  /** K21: what a preventExecution task does while the policy switch is in the wrong position. */
  readonly preventionWhenOff: "noop" | "fail";
  /** K21: the position the switch must have for rules to take effect (the vendor's texts contradict each other). */
  readonly preventionNeedsSwitch: "off" | "on";
  /** K22: milliseconds that ConEvents tells a subscriber to wait between polls. Wall clock. */
  readonly conEventsPeriodMs: number;
  /** K22: do subscribers also hear of task states (KLPRCI_TaskState)? A public client lists that event; current documents do not. */
  readonly conTaskEvents: boolean;
  /** K22: milliseconds an asynchronous action takes, and the delay it asks for between checks. Wall clock. */
  readonly asyncActionMs: number;
  /** K23: probability that the connection drops after AddIncident was stored and before it was answered. */
  readonly dropAfterCommit: number;
  /** Is a global task for a set of devices (class Tasks) or a local one (class HostTasks) created? Unknown on a real estate. */
  readonly taskPlacement: "global" | "local";
  /** What ends the task's name: the incident's id, or a random number. */
  readonly taskNameId: "incident" | "random";
  /** Extra members in a request body: tolerated, or the request is ignored. */
  readonly extraBodyMembers: "accept" | "refuse";
  /** Does the console mark an incident handled once it made the task? */
  readonly markHandled: boolean;
  /** Does deleting an isolation or prevention task undo its effect? */
  readonly deleteUndoesEffect: boolean;
  /** A null member inside a params container (some public clients send them): read as absent, or refused. */
  readonly nullInParams: "accept" | "refuse";
  /** The most incidents kept; the oldest are dropped beyond it. */
  readonly maxIncidents: number;
  /** The most removed tasks, rotations and effects that the truth remembers. */
  readonly maxHistory: number;
  /** The first so many downloads of a report file answer 503. */
  readonly fileBusyTimes: number;
  /** Bytes from which an answer is compressed for a client that accepts gzip. */
  readonly gzipMinBytes: number;
  /** Largest KLINCDT_BODY in characters. */
  readonly maxBodyChars: number;
  /** The console's time zone, in minutes east of UTC, in which task names are dated. */
  readonly consoleUtcOffsetMinutes: number;
  /** Where the policy keeps the Execution Prevention switch (not publicly documented). */
  readonly preventionSection: string;
  readonly preventionSetting: string;
}

export const DEFAULT_KNOBS: Knobs = {
  onOverlap: "queue",
  sessionIdleSeconds: 900,
  lockAfter: 5,
  lockFor: 900,
  unknownHost: "reject",
  serviceConsole: "up",
  backlogOnReconnect: false,
  taskCreateDelay: 20,
  syncInterval: 900,
  forcedSyncDelay: 5,
  limit: 100,
  scope: "host",
  victim: "oldest",
  lifespanDays: 30,
  taskDuration: 30,
  scanDuration: 600,
  slowFactor: 10,
  dropEvents: 0,
  eventDelay: 2,
  maxEvents: 50_000,
  isolationDefaultSeconds: 5 * 3600,
  isolationUnit: "seconds",
  preventionWhenOff: "noop",
  preventionNeedsSwitch: "off",
  conEventsPeriodMs: 5000,
  conTaskEvents: false,
  asyncActionMs: 200,
  dropAfterCommit: 0,
  taskPlacement: "global",
  taskNameId: "incident",
  extraBodyMembers: "accept",
  markHandled: false,
  deleteUndoesEffect: false,
  nullInParams: "accept",
  maxIncidents: 100_000,
  maxHistory: 20_000,
  fileBusyTimes: 0,
  gzipMinBytes: 32_768,
  maxBodyChars: 16 * 1024 * 1024,
  consoleUtcOffsetMinutes: 180,
  preventionSection: "EndpointDetectionAndResponse",
  preventionSetting: "ExecutionPreventionEnabled",
};
