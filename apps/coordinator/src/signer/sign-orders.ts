import { type DispatchableAction, isToBeOffered, offerOf } from "@cordon/coordinator-core";
import {
  type ActionId,
  AppError,
  asAppError,
  type Clock,
  type EpochMs,
  type Logger,
  type TenantId,
} from "@cordon/core/kernel";
import { notAfterOf } from "@cordon/core/signing";
import { encodeOrder, type OrderBody } from "@cordon/protocol";
import type { RecordedRelease, RecordedRequest, SignerRecord } from "@cordon/store";
import type { KeyProvider } from "./key-provider.ts";
import { keyFor, listOf } from "./key-ring.ts";
import type { KeyRings } from "./key-rings.ts";
import type { OrderSigner, OrderWish, SigningAnswer, SigningKeys, SigningRequest } from "./order-signer.ts";
import { createSequences } from "./sequences.ts";

/** Payloads of one answer; the rest of the wishes is asked for again. One order alone may have as much as a frame. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** What is to be signed, and until when it may be taken. */
interface Ordered {
  readonly body: OrderBody;
  readonly deadline?: EpochMs;
}

/** What the record says of the wishes. */
interface Known {
  readonly actions: ReadonlyMap<ActionId, DispatchableAction>;
  readonly releases: ReadonlyMap<ActionId, RecordedRelease>;
  readonly requests: ReadonlyMap<string, RecordedRequest>;
}

/** The signer itself: reads, decides, makes the payload, signs. */
export function createOrderSigner(deps: {
  readonly record: SignerRecord;
  readonly rings: KeyRings;
  readonly provider: KeyProvider;
  readonly clock: Clock;
  readonly logger: Logger;
}): OrderSigner {
  const { record, rings, provider, clock, logger } = deps;
  const sequences = createSequences(record);
  const tenants = new Set<TenantId>();

  async function readRecord({ tenantId, siteId, wishes }: SigningRequest): Promise<Known> {
    const actionIds = [...new Set(wishes.flatMap((wish) => ("actionId" in wish ? [wish.actionId] : [])))];
    const released = wishes.flatMap((wish) => (wish.kind === "release" ? [wish.actionId] : []));
    const asked = wishes.flatMap((wish) => (wish.kind === "evidenceRequest" ? [wish.requestId] : []));
    const [actions, releases, requests] = await Promise.all([
      actionIds.length === 0 ? [] : record.actions(tenantId, siteId, actionIds),
      released.length === 0 ? [] : record.releases(tenantId, siteId, released),
      asked.length === 0 ? [] : record.requests(tenantId, siteId, asked),
    ]);
    return {
      actions: new Map(actions.map((action) => [action.actionId, action])),
      releases: new Map(releases.map((release) => [release.actionId, release])),
      requests: new Map(requests.map((request) => [request.requestId, request])),
    };
  }

  async function signOne(
    request: SigningRequest,
    ring: SigningKeys,
    { body, deadline }: Ordered,
  ): Promise<Extract<SigningAnswer, { kind: "signed" }>> {
    const { tenantId, siteId, agentId, epoch, held } = request;
    const key = keyFor(ring, held, body.kind === "orderKeys" ? "keys" : "order");
    if (key === undefined) throw new AppError("signer.unavailable", `${tenantId} has no key`);
    const sequence = await sequences.next(tenantId, siteId);
    const issuedAt = clock.now();
    const notAfter = notAfterOf(issuedAt, deadline);
    const payload = encodeOrder({ tenantId, siteId, agentId, epoch, sequence, issuedAt, notAfter, body });
    const signature = await provider.sign(tenantId, key.keyId, payload);
    return { kind: "signed", sequence, keyId: key.keyId, payload, signature };
  }

  async function sign(request: SigningRequest): Promise<readonly SigningAnswer[]> {
    const { tenantId, siteId, epoch, wishes } = request;
    const [active, said] = await Promise.all([record.isActive(request), readRecord(request)]);
    if (!active && !wishes.every(({ kind }) => kind === "orderKeys")) {
      logger.warn("signer.refused", { tenantId, siteId, epoch, code: "order.stale_epoch", wishes: wishes.length });
      const message = "another session of the site is the active one";
      return wishes.map(() => ({ kind: "refused", code: "order.stale_epoch", message }) as const);
    }
    if (!active) await known(tenantId);
    const ring = await rings.ringOf(tenantId);
    const answers: SigningAnswer[] = [];
    let bytes = 0;
    for (const wish of wishes) {
      const ordered = orderedBy(wish, said, ring, clock.now());
      if (ordered === undefined) {
        logger.warn("signer.refused", {
          tenantId,
          siteId,
          epoch,
          code: "order.not_recorded",
          wish: wish.kind,
          ...nameOf(wish),
        });
        answers.push({ kind: "refused", code: "order.not_recorded", message: "the record does not say this" });
        continue;
      }
      const answer = await signOne(request, ring, ordered);
      answers.push(answer);
      bytes += answer.payload.length;
      if (bytes > ANSWER_BYTES_MAX) break;
    }
    return answers;
  }

  /** So that nobody makes keys, and folders, for what does not exist. A tenant that was there stays. */
  async function known(tenantId: TenantId): Promise<void> {
    if (tenants.has(tenantId)) return;
    if (!(await record.hasTenant(tenantId))) throw new AppError("tenant.not_found", tenantId);
    tenants.add(tenantId);
  }

  return {
    sign: (request) =>
      sign(request).catch((error: unknown) => {
        logger.error("signer.failed", {
          tenantId: request.tenantId,
          code: asAppError(error).code,
          error: String(error),
        });
        throw error;
      }),
    async keyList(tenantId) {
      await known(tenantId);
      return listOf(await rings.ringOf(tenantId));
    },
    async keys(tenantId) {
      await known(tenantId);
      return rings.ringOf(tenantId);
    },
    async rotate(tenantId) {
      await known(tenantId);
      await rings.ringOf(tenantId);
      return rings.rotate(tenantId);
    },
    async retire(tenantId, keyId) {
      await known(tenantId);
      return rings.end(tenantId, keyId, "retired");
    },
    async revoke(tenantId, keyId) {
      await known(tenantId);
      return rings.end(tenantId, keyId, "revoked");
    },
  };
}

/** [O7] Undefined: the record does not say so, or not any more. */
function orderedBy(wish: OrderWish, known: Known, ring: SigningKeys, now: EpochMs): Ordered | undefined {
  switch (wish.kind) {
    case "offer": {
      const action = known.actions.get(wish.actionId);
      if (action === undefined || !isToBeOffered(action)) return undefined;
      if (action.deadline <= now && !action.redelivered) return undefined;
      // The agent takes the epoch of the order around it.
      return { body: { kind: "offer", epoch: 0, ...offerOf(action) }, deadline: action.deadline };
    }
    case "cancel": {
      const { actionId, reason } = wish;
      return known.actions.has(actionId) ? { body: { kind: "cancel", actionId, reason } } : undefined;
    }
    case "release": {
      const release = known.releases.get(wish.actionId);
      return release && { body: { kind: "release", ...release } };
    }
    case "evidenceRequest": {
      const request = known.requests.get(wish.requestId);
      return request && { body: { kind: "evidenceRequest", ...request } };
    }
    case "orderKeys":
      return { body: { kind: "orderKeys", ...listOf(ring) } };
  }
}

function nameOf(wish: OrderWish): object {
  if ("actionId" in wish) return { actionId: wish.actionId };
  return "requestId" in wish ? { requestId: wish.requestId } : {};
}
