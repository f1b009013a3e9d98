import type { DispatchQueue } from "@cordon/coordinator-core";
import type { Clock, Logger, Random, Secret } from "@cordon/core/kernel";
import { createDispatchQueue } from "./dispatch-queue.ts";
import { DEFAULT_TIMINGS, type QueueTimings } from "./limits.ts";
import { createPostgresTransport } from "./postgres-transport.ts";
import { parseRedisUrl } from "./redis-target.ts";
import { createRedisTransport } from "./redis-transport.ts";

export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Left out, the defaults; given in part, only those change. */
  readonly timings?: Partial<QueueTimings>;
}

/**
 * The dispatch queue on Redis or Valkey. `url` is what `CORDON_REDIS_URL` says; throws `config.invalid` when it is wrong.
 * Resolves when the server answered, or after `firstConnectMs` without it: calls then throw `queue.unavailable` until it is
 * there.
 */
export function createRedisDispatchQueue(options: QueueOptions & { readonly url: Secret }): Promise<DispatchQueue> {
  const { clock, random, logger } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const target = parseRedisUrl(options.url);
  return createDispatchQueue({
    clock,
    random,
    logger,
    timings,
    open: (listeners) => createRedisTransport({ target, timings, random, logger }, listeners),
  });
}

/**
 * The dispatch queue in a Postgres database, in BullMQ's own schema `bullmq`, which is made and migrated as needed. `role`: taken on
 * by a login that may.
 */
export function createPostgresDispatchQueue(
  options: QueueOptions & { readonly url: Secret; readonly role?: string },
): Promise<DispatchQueue> {
  const { clock, random, logger, url, role } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  return createDispatchQueue({
    clock,
    random,
    logger,
    timings,
    open: (listeners) => createPostgresTransport({ url, role, timings, clock, random, logger }, listeners),
  });
}

export type { QueueTimings } from "./limits.ts";
export { parseRedisUrl, REDIS_URL_FORMS, type RedisTarget } from "./redis-target.ts";
