/** Lines on the standard input and output of the bare programs, and what goes over their WebSocket. */
export type CentreCommand =
  /** Events from an own loop, so many under way at once. */
  | { readonly kind: "run"; readonly events: readonly BareEvent[]; readonly concurrency: number }
  /** One event at a time, each so long after the last. */
  | { readonly kind: "pace"; readonly events: readonly BareEvent[]; readonly everyMs: number };

export interface BareEvent {
  readonly mark: string;
  readonly siteId: string;
  readonly hostId: string;
  readonly path: string;
  /** What is stored as the event. */
  readonly body: string;
}

/** When each event was begun, in epoch milliseconds, in the order of the events. */
export interface CentreAnswer {
  readonly startedAt: readonly number[];
}

/** What a job holds and the site is offered. */
export interface BareOrder {
  readonly mark: string;
  readonly siteId: string;
  readonly hostId: string;
  readonly path: string;
}

export interface BareReceipt {
  readonly mark: string;
}

export interface CentreOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly sites: readonly string[];
  readonly cert: string;
  readonly key: string;
  /** Jobs of one site at a time. */
  readonly inFlightPerSite: number;
  readonly databaseConnections: number;
}

export interface SiteOptions {
  readonly gatewayUrl: string;
  readonly ca: string;
  readonly folder: string;
  readonly sites: readonly {
    readonly siteId: string;
    readonly kscUrl: string;
    readonly kscCertificate: string;
  }[];
  readonly user: string;
  readonly password: string;
  readonly connections: number;
}
