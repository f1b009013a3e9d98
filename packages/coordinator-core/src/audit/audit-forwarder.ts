import { type AuditChain, type ForwardStyle, forwardText } from "@cordon/core/audit";
import { asAppError, type Clock, type EpochMs, type Logger } from "@cordon/core/kernel";
import type { AuditStore } from "../ports/audit.ts";
import type { AuditForwardStore, ForwardCursor, SendForward } from "../ports/audit-forward.ts";
import { createRepeating } from "../repeating.ts";

/** Why in words, and where, is in the log alone: the collector is no tenant's matter. */
export interface ForwardTrouble {
  readonly since: EpochMs;
  readonly code: string;
}

export interface ForwardStatus {
  /** The last entry that was sent and read. */
  readonly upTo: number;
  readonly at?: EpochMs;
  /** Absent: the last time went well, or another process does it. */
  readonly trouble?: ForwardTrouble;
}

/** Sends the entries of all chains to a collector, each chain in its order, each entry at least once. Any number of processes may run it. */
export interface AuditForwarder {
  /** Answers how many entries it sent. */
  forwardOnce(): Promise<number>;
  status(chain: AuditChain): Promise<ForwardStatus>;
  start(): void;
  stop(): Promise<void>;
}

/** Of one connection. */
const ENTRIES_AT_ONCE = 500;
const REST_MS = 1_000;
/** After a failure, doubled with each further one. */
const BACK_OFF_MS_MAX = 60_000;

export function createAuditForwarder(deps: {
  readonly store: AuditForwardStore;
  readonly entries: Pick<AuditStore, "listEntries">;
  readonly send: SendForward;
  readonly style: ForwardStyle;
  readonly clock: Clock;
  readonly logger: Logger;
}): AuditForwarder {
  const { store, entries, send, style, clock, logger } = deps;
  let trouble: ForwardTrouble | undefined;
  let failures = 0;

  /** As many as one connection takes, of as many chains as it needs. */
  const sendSome = async (): Promise<number> => {
    let [text, count] = ["", 0];
    const sent: ForwardCursor[] = [];
    for (const { chain, upTo } of await store.behind()) {
      if (count >= ENTRIES_AT_ONCE) break;
      const filter = { after: upTo, limit: ENTRIES_AT_ONCE - count };
      const page = await entries.listEntries(chain as AuditChain, filter);
      const last = page.at(-1);
      if (last === undefined) continue;
      const whole = page.map((entry) => ({ chain, ...entry }));
      text += forwardText(whole, upTo, style);
      count += page.length;
      sent.push({ chain, upTo: last.seq });
    }
    if (count === 0) return 0;
    await send(text);
    // Ends the process here, the next one sends them again: twice is seen by their numbers, never would not be.
    await store.confirm(sent, clock.now());
    return count;
  };

  const forwardOnce = async (): Promise<number> => {
    let sent = 0;
    await store.alone(async () => {
      for (;;) {
        const some = await sendSome();
        sent += some;
        if (some < ENTRIES_AT_ONCE || repeating.signal.aborted) return;
      }
    });
    if (trouble !== undefined) logger.info("audit.forward", { outcome: "ok", sent, failedSince: trouble.since });
    trouble = undefined;
    failures = 0;
    return sent;
  };

  const repeating = createRepeating({
    clock,
    restMs: REST_MS,
    async work() {
      try {
        await forwardOnce();
      } catch (error) {
        const { code, message } = asAppError(error);
        trouble = { since: trouble?.since ?? clock.now(), code };
        logger.warn("audit.forward", { outcome: "failed", code, error: message, failures: ++failures });
        const waitMs = Math.min(BACK_OFF_MS_MAX, REST_MS * 2 ** Math.min(failures, 16));
        await clock.sleep(waitMs, repeating.signal);
      }
    },
    // Told to stop while it waits.
    onFailure: () => {},
  });

  return {
    forwardOnce,
    async status(chain) {
      const { upTo, at } = await store.cursorOf(chain);
      return { upTo, ...(at === undefined ? {} : { at }), ...(trouble === undefined ? {} : { trouble }) };
    },
    start: () => repeating.start(),
    stop: () => repeating.stop(),
  };
}
