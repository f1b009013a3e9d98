import { type AuditChain, type AuditLine, PLATFORM_CHAIN } from "@cordon/core/audit";
import type { Clock, EpochMs, Logger, TenantId } from "@cordon/core/kernel";
import type {
  AuditEntry,
  AuditFilter,
  AuditKey,
  AuditRetention,
  AuditSigner,
  AuditStore,
  ChainState,
} from "../ports/audit.ts";
import { AUDIT_DAYS } from "./audit-days.ts";
import type { ForwardStatus } from "./audit-forwarder.ts";
import type { AuditKeeper } from "./audit-keeper.ts";

export interface AuditStatus extends ChainState {
  /** Told and not sealed yet, over all chains. */
  readonly waiting: number;
  readonly waitingSince?: EpochMs;
  readonly days: number;
  readonly own?: AuditRetention;
  /** Absent: nobody wants it forwarded. */
  readonly forwarded?: ForwardStatus;
}

/** Where the audit is read, exported, and its keys and terms are kept. */
export interface AuditDesk {
  list(chain: AuditChain, filter: AuditFilter): Promise<readonly AuditEntry[]>;
  status(chain: AuditChain): Promise<AuditStatus>;
  /** Everything after `after` as it stands now, in lines whose last two are a root and `end`; of more than `limit` entries the first ones. */
  exportLines(chain: AuditChain, after: number, limit: number): AsyncGenerator<AuditLine>;
  keys(chain: AuditChain): Promise<readonly AuditKey[]>;
  rotateKey(chain: AuditChain): Promise<AuditKey>;
  setDays(tenantId: TenantId, days: number | undefined, by: string): Promise<void>;
}

/** Read at once while exporting. */
const PAGE_ENTRIES = 1_000;

export function createAuditDesk(deps: {
  readonly store: AuditStore;
  readonly keeper: Pick<AuditKeeper, "sealOnce" | "signHead">;
  readonly signer: AuditSigner;
  readonly forwarded?: (chain: AuditChain) => Promise<ForwardStatus>;
  readonly clock: Clock;
  readonly logger: Logger;
}): AuditDesk {
  const { store, keeper, signer, forwarded, clock, logger } = deps;

  const keys = async (chain: AuditChain) => {
    for (const key of await signer.keys(chain)) await store.addKey(chain, key);
    return store.listKeys(chain);
  };

  async function* entryLines(chain: AuditChain, after: number, upTo: number): AsyncGenerator<AuditLine> {
    const roots = [...(await store.listRoots(chain, after, upTo))];
    for (let last = after; last < upTo; ) {
      const page = await store.listEntries(chain, { after: last, limit: PAGE_ENTRIES });
      for (const { seq, previous, hash, fact } of page) {
        if (seq > upTo) return;
        yield { type: "entry", seq, previous, hash, fact };
        last = seq;
        while (roots[0] !== undefined && roots[0].seq <= seq)
          yield { type: "root", ...(roots.shift() as (typeof roots)[0]) };
      }
      if (page.length < PAGE_ENTRIES) return;
    }
  }

  return {
    list: (chain, filter) => store.listEntries(chain, filter),
    async status(chain) {
      const [state, { facts, since }, own, sent] = await Promise.all([
        store.stateOf(chain),
        store.backlog(),
        chain === PLATFORM_CHAIN ? undefined : store.getRetention(chain),
        forwarded?.(chain),
      ]);
      return {
        ...state,
        waiting: facts,
        ...(since === undefined ? {} : { waitingSince: since }),
        days: own?.days ?? AUDIT_DAYS.default,
        ...(own === undefined ? {} : { own }),
        ...(sent === undefined ? {} : { forwarded: sent }),
      };
    },
    async *exportLines(chain, after, limit) {
      await keeper.sealOnce();
      // Of what there is now: what comes meanwhile is for the next export.
      const root = await keeper.signHead(chain);
      const stub = await store.getStub(chain);
      yield { type: "chain", format: 1, chain, after };
      for (const key of await keys(chain)) yield { type: "key", ...key };
      const isRemoved = stub !== undefined && after < stub.lastSeq;
      if (isRemoved) yield { type: "stub", ...stub, firstSeq: after + 1 };
      const from = isRemoved ? stub.lastSeq : after;
      const last = Math.max(root?.seq ?? 0, from);
      const upTo = Math.min(last, from + limit);
      yield* entryLines(chain, from, upTo);
      yield { type: "end", seq: upTo, ...(upTo < last ? { more: true } : {}) };
    },
    keys,
    async rotateKey(chain) {
      // What the old key vouches for is signed with it before the new one takes over.
      await keeper.signHead(chain);
      const key = await signer.rotate(chain);
      await store.addKey(chain, key);
      logger.warn("audit.key_rotated", { chain, keyId: key.keyId, endorsedBy: key.endorsedBy });
      return key;
    },
    async setDays(tenantId, days, by) {
      await store.putRetention(
        tenantId,
        days === undefined ? undefined : { days, changedAt: clock.now(), changedBy: by },
      );
      logger.info("audit.retention", { tenantId, days: days ?? "default", by });
    },
  };
}
