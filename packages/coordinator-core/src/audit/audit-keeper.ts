import { type AuditChain, dayOf, rootBytes, type SignedRoot } from "@cordon/core/audit";
import { addMs, asAppError, type Clock, type EpochMs, type Logger } from "@cordon/core/kernel";
import type { AuditSigner, AuditStore, ChainState } from "../ports/audit.ts";
import { createRepeating } from "../repeating.ts";
import { AUDIT_DAYS } from "./audit-days.ts";
import { sealTold } from "./seal-told.ts";

/** Gives what was told its place in the chains, signs each day's end, and removes what is over age. Any number of processes may run it. */
export interface AuditKeeper {
  /** Answers how many entries it sealed. */
  sealOnce(): Promise<number>;
  /** Answers how many chains it signed and how many entries it removed. */
  keepOnce(): Promise<{ readonly signed: number; readonly removed: number }>;
  /** Of the chain as it is now, also in the middle of a day. Undefined: there is nothing in it. */
  signHead(chain: AuditChain): Promise<SignedRoot | undefined>;
  start(): void;
  stop(): Promise<void>;
}

/** What was told takes its place this soon after at most, while the record can be reached. */
const SEAL_EVERY_MS = 500;
/** Of one transaction. */
const SEALED_AT_ONCE = 1_000;
/** A day's end is signed, and what is over age goes, this long after at most. */
const KEEP_EVERY_MS = 60_000;
const REMOVED_AT_ONCE = 5_000;
/** Of one round: the first after a shorter term was set takes some. */
const REMOVALS_MAX = 100;
const DAY_MS = 86_400_000;

export function createAuditKeeper(deps: {
  readonly store: AuditStore;
  readonly signer: AuditSigner;
  readonly clock: Clock;
  readonly logger: Logger;
}): AuditKeeper {
  const { store, signer, clock, logger } = deps;

  const sealOnce = async (): Promise<number> => {
    for (let sealed = 0; ; ) {
      const now = clock.now();
      const some = await store.seal(SEALED_AT_ONCE, (heads, told) => sealTold(heads, told, now));
      sealed += some;
      if (some < SEALED_AT_ONCE) return sealed;
    }
  };

  const sign = async ({ chain, head }: ChainState, day: string): Promise<SignedRoot> => {
    const root = { seq: head.seq, hash: head.hash, day, at: clock.now() };
    const signed = await signer.sign(chain as AuditChain, rootBytes(chain, root));
    for (const key of await signer.keys(chain as AuditChain)) await store.addKey(chain as AuditChain, key);
    await store.addRoot(chain, { ...root, ...signed });
    return { ...root, ...signed };
  };

  const signHead = async (chain: AuditChain): Promise<SignedRoot | undefined> => {
    const state = await store.stateOf(chain);
    if (state.head.seq === 0) return undefined;
    if (state.root?.seq === state.head.seq)
      return (await store.listRoots(chain, state.head.seq - 1, state.head.seq))[0];
    return sign(state, dayOf(clock.now()));
  };

  const removeOverAge = async (chain: string, days: number): Promise<number> => {
    const now = clock.now();
    const root = await store.rootBefore(chain, addMs(now, -days * DAY_MS));
    if (root === undefined) return 0;
    let removed = 0;
    for (let step = 0; step < REMOVALS_MAX; step++) {
      const rows = await store.removeUpTo(chain, root, REMOVED_AT_ONCE, now);
      removed += rows;
      if (rows < REMOVED_AT_ONCE) break;
    }
    if (removed > 0) await tellRemoval(chain, root, removed, now);
    return removed;
  };

  const tellRemoval = (chain: string, { seq }: SignedRoot, removed: number, at: EpochMs): Promise<void> =>
    store.tell(chain as AuditChain, {
      at,
      kind: "audit",
      by: { as: "cordon", name: "retention" },
      what: `removed entries up to ${seq} as over age`,
      refs: { upTo: seq, removed },
    });

  const keepOnce = async () => {
    const today = dayOf(clock.now());
    const terms = await store.listRetentions();
    let [signed, removed] = [0, 0];
    for (const state of await store.listChains()) {
      const { chain, head, root } = state;
      // A chain that nothing was added to needs no other signature; one that was signed today waits for tomorrow.
      if (head.seq > (root?.seq ?? 0) && (root === undefined || root.day !== today)) {
        await sign(state, dayOf(clock.now() - DAY_MS));
        signed++;
      }
      removed += await removeOverAge(chain, terms.get(chain) ?? AUDIT_DAYS.default);
    }
    return { signed, removed };
  };

  const failed = (event: string) => (error: unknown) => {
    const { code, message } = asAppError(error);
    logger.error(event, { outcome: "failed", code, error: message });
  };
  const sealing = createRepeating({ clock, restMs: SEAL_EVERY_MS, work: sealOnce, onFailure: failed("audit.seal") });
  const keeping = createRepeating({ clock, restMs: KEEP_EVERY_MS, work: keepOnce, onFailure: failed("audit.keep") });

  return {
    sealOnce,
    keepOnce,
    signHead,
    start() {
      sealing.start();
      keeping.start();
    },
    async stop() {
      await Promise.all([sealing.stop(), keeping.stop()]);
      // What was told last is told for good: the next process would seal it as well.
      await sealOnce().catch(failed("audit.seal"));
    },
  };
}
