import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { AppError, backoffMs, type Logger, type Random } from "@cordon/core/kernel";
import { createRedisBackend, type IQueueBackend, type RedisQueueBackend, type WorkerOptions } from "bullmq";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import { createWriteCoalescer } from "./coalesce-writes.ts";
import { unavailable } from "./errors.ts";
import { QUEUE_LIMITS, type QueueTimings, stalledIntervalOf } from "./limits.ts";
import { KEY_PREFIX, prefixOfQueue } from "./names.ts";
import { createQueueObjects } from "./queue-objects.ts";
import type { RedisTarget } from "./redis-target.ts";
import type { QueueTransport, TransportListeners } from "./transport.ts";

/** BullMQ wants a queue to open a connection with; every site's queue is a sibling of this one, which stays empty. */
const ROOT_QUEUE = "root";
const channelOf = (name: string) => `${prefixOfQueue(name)}:work:${name}`;
/** Queues' names hold no colon. */
const queueOfChannel = (channel: string) => channel.slice(channel.lastIndexOf(":") + 1);

interface RedisTransportOptions {
  readonly target: RedisTarget;
  readonly timings: QueueTimings;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Two connections per process, whatever the number of sites: one for commands, one that is subscribed. Commands are never
 * kept for later: without a server they fail at once, and the record fills the queue again [D2].
 */
export function createRedisTransport(options: RedisTransportOptions, listeners: TransportListeners): QueueTransport {
  const { target, timings, random, logger } = options;
  const commands = connect(options, "commands");
  const subscriber = connect(options, "subscriber");
  const objects = createQueueObjects<IQueueBackend>();
  const channels = new Set<string>();
  const coalesce = createWriteCoalescer(() => (commands instanceof Redis ? (commands.stream as Socket) : undefined));
  /** What this process announces it knows already; heard back, it would only be looked at twice. */
  const ownMark = random.uuid();
  let root: RedisQueueBackend | undefined;
  let closed = false;

  /** Both connections come back in their own time; from the later one on, calls work and announcements arrive. */
  const restored = () => {
    if (root && isLive(commands) && isLive(subscriber)) listeners.onRestored();
  };
  const open = async () => {
    if (!root) {
      const candidate = openRoot(commands, timings);
      candidate.on("error", () => {});
      try {
        await candidate.waitUntilReady();
      } catch (error) {
        // The connection broke while BullMQ asked for the version; the next one tries anew.
        logger.warn("queue.open", { server: "redis", reason: textOf(error) });
        return;
      }
      root ??= candidate;
    }
    logger.info("queue.connected", { server: "redis", topology: target.kind });
    restored();
  };
  const resubscribe = async () => {
    const names = [...channels];
    for (let from = 0; from < names.length; from += QUEUE_LIMITS.batchJobsMax) {
      await subscriber.subscribe(...names.slice(from, from + QUEUE_LIMITS.batchJobsMax).map(channelOf));
    }
    restored();
  };

  let lastTrouble = "";
  const onTrouble = (error: unknown) => {
    // A server that is down says the same thing at every attempt; once is enough.
    const text = textOf(error);
    if (text !== lastTrouble) logger.warn("queue.connection", { server: "redis", reason: text });
    lastTrouble = text;
  };
  commands.on("error", onTrouble);
  subscriber.on("error", onTrouble);
  commands.on("ready", () => {
    lastTrouble = "";
    void open();
  });
  subscriber.on("ready", () => void resubscribe().catch(onTrouble));
  subscriber.on("message", (channel: string, mark: string) => {
    if (mark !== ownMark) listeners.onAnnounced(queueOfChannel(channel));
  });
  // A cluster connects lazily per node; asking once makes both report "ready".
  void commands.connect().catch(onTrouble);
  void subscriber.connect().catch(onTrouble);

  const change = async (act: () => Promise<unknown>) => {
    if (!isLive(subscriber)) return;
    // A failure means that the connection broke; what is listened to is taken up again with the next one.
    await act().catch(onTrouble);
  };

  return {
    queue: (name) => {
      if (closed) throw new AppError("queue.unavailable", "the queue is closed");
      const opened = root;
      if (!opened || !isLive(commands)) throw new AppError("queue.unavailable", "no connection to Redis");
      coalesce();
      return objects.get(name, () => opened.forQueue(name, prefixOfQueue(name)));
    },
    announce: (name) => {
      // The process that adds a job mostly holds the site's socket, too, and need not be told by way of the server.
      if (channels.has(name)) listeners.onAnnounced(name);
      if (isLive(commands)) void commands.publish(channelOf(name), ownMark).catch(onTrouble);
    },
    listen: async (name) => {
      if (channels.has(name)) return;
      channels.add(name);
      await change(() => subscriber.subscribe(channelOf(name)));
    },
    unlisten: async (name) => {
      if (channels.delete(name)) await change(() => subscriber.unsubscribe(channelOf(name)));
    },
    probe: async () => {
      for (const connection of [commands, subscriber]) {
        if (isLive(connection)) await connection.ping().catch(() => connection.disconnect(true));
      }
    },
    failure: (operation, error) => {
      // A link that swallows bytes stays "ready"; after one unanswered call it is given up, so that the next fails fast.
      if (textOf(error) === "Command timed out" && !closed) commands.disconnect(true);
      return unavailable(operation, error);
    },
    close: async () => {
      closed = true;
      await root?.close();
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

function openRoot(connection: Redis | Cluster, timings: QueueTimings): RedisQueueBackend {
  const options: WorkerOptions = {
    connection,
    prefix: KEY_PREFIX,
    lockDuration: timings.lockMs,
    stalledInterval: stalledIntervalOf(timings),
    // A job is never given up for having been held by processes that died; its action's deadline ends it.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  };
  return createRedisBackend(ROOT_QUEUE, options);
}

function connect({ target, timings, random }: RedisTransportOptions, role: string): Redis | Cluster {
  const retryStrategy = (attempt: number) => backoffMs(QUEUE_LIMITS.reconnect, attempt - 1, random.float());
  const tls = target.tls ? { tls: target.caFile === undefined ? {} : { ca: readFileSync(target.caFile) } } : {};
  const common = {
    ...tls,
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    connectionName: `${KEY_PREFIX}-queue-${role}`,
    commandTimeout: timings.callTimeoutMs,
    connectTimeout: timings.callTimeoutMs,
    keepAlive: 10_000,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    // After a fail-over the old master answers READONLY; its successor is found by connecting anew.
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
  } satisfies RedisOptions;
  if (target.kind === "cluster") {
    // A node's connection is made by its first command, which therefore waits for it, at most `commandTimeout`.
    return new Cluster([...target.nodes], {
      redisOptions: common,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy,
      lazyConnect: true,
    });
  }
  const options = {
    ...common,
    db: target.database,
    enableOfflineQueue: false,
    retryStrategy,
    lazyConnect: true,
  };
  if (target.kind === "single") return new Redis({ ...options, ...target.nodes[0] });
  return new Redis({
    ...options,
    sentinels: [...target.nodes],
    ...(target.master !== undefined && { name: target.master }),
    ...(target.sentinelUsername !== undefined && { sentinelUsername: target.sentinelUsername }),
    ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
    ...(target.tls && { enableTLSForSentinelMode: true, sentinelTLS: tls.tls ?? {} }),
    sentinelRetryStrategy: retryStrategy,
  });
}

function isLive(connection: Redis | Cluster): boolean {
  return connection.status === "ready";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
