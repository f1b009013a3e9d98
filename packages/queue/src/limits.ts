/** How a dispatch queue behaves in time. All in milliseconds. */
export interface QueueTimings {
  /** A held job whose holder stops renewing is up for others after this long. */
  readonly lockMs: number;
  /** How often held locks are renewed; several times per `lockMs`, so that one slow call loses none. */
  readonly renewEveryMs: number;
  /**
   * How often watched queues are searched for jobs whose holder died. A job is marked on one pass and taken back on the
   * next, so it returns within `lockMs` + 2 x `stalledEveryMs`.
   */
  readonly stalledEveryMs: number;
  /** A call that the server has not answered by then fails. */
  readonly callTimeoutMs: number;
  /** How long the first connection is waited for; the queue opens anyway and recovers by itself. */
  readonly firstConnectMs: number;
}

export const DEFAULT_TIMINGS: QueueTimings = {
  lockMs: 30_000,
  renewEveryMs: 10_000,
  stalledEveryMs: 10_000,
  callTimeoutMs: 5_000,
  firstConnectMs: 5_000,
};

/** BullMQ lets one process search a queue per interval. A little shorter than our own step, so that no step finds it shut. */
export function stalledIntervalOf(timings: QueueTimings): number {
  return Math.max(1, Math.floor(timings.stalledEveryMs * 0.8));
}

export const QUEUE_LIMITS = {
  /** Jobs in one pipelined batch: about 100 KiB on the wire, a few milliseconds of the server's time. */
  batchJobsMax: 500,
  /** Jobs that one `take` returns at most, whatever the caller asks for. */
  takeJobsMax: 512,
  /** Jobs of one site that one process holds; `take` returns nothing beyond. */
  heldPerSiteMax: 2_048,
  /** What the first round of a `take` asks for at least, whatever the one before found. */
  firstRoundJobsMin: 2,
  /** Queue objects kept at hand (no connection each); the least recently used goes first. */
  queueObjectsMax: 4_096,
  /** BullMQ writes an event stream per queue that nobody here reads; its default of 10,000 entries would fill a fleet's Redis. */
  eventsPerQueueMax: 100,
  /** Queues that one maintenance step looks at side by side. */
  maintainedAtOnce: 32,
  /** Further away than this, a delayed job's wake-up is left to the caller's own slow look. */
  wakeUpWithinMsMax: 3_600_000,
  /** Connections of the Postgres pool; one more listens. */
  postgresConnections: 4,
  reconnect: { baseMs: 100, maxMs: 5_000 },
} as const;
