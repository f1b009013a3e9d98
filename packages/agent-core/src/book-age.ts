import { addMs, type Clock, type EpochMs } from "@cordon/core/kernel";
import type { Session } from "./uplink.ts";

/**
 * [L8] Since when nothing can be missing in the ledger: while one process has it, it is never set back. Told by the coordinator's clock,
 * as offers are, out of its own by how much time passed.
 */
export interface BookAge {
  sessionUp(session: Pick<Session, "coordinatorTime" | "askedAt">): void;
  /** Another ledger, or a later self of this one, may have acted until now. */
  suspect(): void;
  mayLack(firstOfferedAt: EpochMs): boolean;
}

/** Who made an action and who welcomed the agent are two processes of the coordinator, and their clocks may differ by so much. */
const CLOCKS_APART_MS = 60_000;

export function createBookAge(clock: Pick<Clock, "monotonicMs">): BookAge {
  let wholeSinceMs = clock.monotonicMs();
  let wholeSince: number | undefined;
  return {
    sessionUp({ coordinatorTime, askedAt }) {
      // The welcome is younger than the hello, so this is rather too late than too early.
      wholeSince = addMs(coordinatorTime, Math.min(0, wholeSinceMs - askedAt.monotonicMs));
    },
    suspect() {
      wholeSinceMs = clock.monotonicMs();
    },
    mayLack: (firstOfferedAt) => wholeSince === undefined || firstOfferedAt < wholeSince + CLOCKS_APART_MS,
  };
}
