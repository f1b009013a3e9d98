import type { IQueueBackend } from "bullmq";

/**
 * The server behind the queues. BullMQ gives both servers one interface (`IQueueBackend`), so what differs is only here:
 * connections, and how one process tells another that there is work.
 */
export interface QueueTransport {
  /** BullMQ's operations on one queue, over the shared connections; throws `queue.unavailable` at once while there is no server. */
  queue(name: string): IQueueBackend;
  /** Tells every process that listens to this queue that it has work. Never fails: an announcement may be missed. */
  announce(name: string): void;
  /** Listens to the announcements of this queue, also after reconnects. */
  listen(name: string): Promise<void>;
  unlisten(name: string): Promise<void>;
  /** Finds connections that died without a word, and closes them so that they are made anew. */
  probe(): Promise<void>;
  /** Any failure of a call as `queue.unavailable`, unless BullMQ said something about the job (see `jobVerdict`). */
  failure(operation: string, error: unknown): Error;
  close(): Promise<void>;
}

/** Set by the queue before the transport connects. */
export interface TransportListeners {
  /** A queue was announced by any process, this one too. */
  onAnnounced(name: string): void;
  /** The server is there (again): everything may have been missed. */
  onRestored(): void;
}
