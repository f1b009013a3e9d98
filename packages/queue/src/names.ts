import type { SiteRef } from "@cordon/coordinator-core";
import { type ActionId, actionId, assert, siteId, tenantId } from "@cordon/core/kernel";

/** Every key of ours begins with this, so that a Redis may be shared with other programs. */
export const KEY_PREFIX = "cordon";

/**
 * One queue per site. The braces are a Redis Cluster hash tag: all keys of a site lie on one node, as BullMQ's scripts
 * need, and the sites spread over the nodes. Ids hold no dot, so the name reads back without doubt.
 */
export function queueNameOf(site: SiteRef): string {
  return `{${site.tenantId}.${site.siteId}}`;
}

/**
 * [S10] What all keys and channels of a queue's tenant begin with in Redis, so that an ACL (`~cordon:acme:*`, `&cordon:acme:*`), a count
 * or a removal meets one tenant and nobody else. In Postgres the queue's name begins with its tenant.
 */
export function prefixOfQueue(name: string): string {
  const site = siteOfQueue(name);
  return site === undefined ? KEY_PREFIX : `${KEY_PREFIX}:${site.tenantId}`;
}

export function siteOfQueue(name: string): SiteRef | undefined {
  const parts = /^\{([^.{}]+)\.([^.{}]+)\}$/.exec(name);
  if (!parts?.[1] || !parts[2]) return undefined;
  return { tenantId: tenantId(parts[1]), siteId: siteId(parts[2]) };
}

/** Derived ids are used as they are, so that a person finds them in any BullMQ tool. */
const PLAIN = /^act_[0-9A-Za-z_-]+$/;
const ENCODED_PREFIX = "b64_";

/**
 * The job id of an action. BullMQ puts it into keys beside its own ("wait", "meta", "<id>:lock"), so what could be mistaken
 * for one of those is encoded.
 */
export function jobIdOf(action: ActionId): string {
  return PLAIN.test(action) ? action : ENCODED_PREFIX + Buffer.from(action).toString("base64url");
}

export function actionOfJob(jobId: string): ActionId {
  if (PLAIN.test(jobId)) return actionId(jobId);
  assert(jobId.startsWith(ENCODED_PREFIX), `job id ${jobId} was made by this file`);
  return actionId(Buffer.from(jobId.slice(ENCODED_PREFIX.length), "base64url").toString());
}
