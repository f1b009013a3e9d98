import type { EpochMs } from "@cordon/core/kernel";

/** How far a chain was forwarded. */
export interface ForwardCursor {
  readonly chain: string;
  /** 0: nothing of it. */
  readonly upTo: number;
  readonly at?: EpochMs;
}

export interface AuditForwardStore {
  /** Runs `work` while no other process forwards; false: another does. */
  alone(work: () => Promise<void>): Promise<boolean>;
  /** The chains of which something was not forwarded yet. */
  behind(): Promise<readonly ForwardCursor[]>;
  cursorOf(chain: string): Promise<ForwardCursor>;
  /** Never goes back. */
  confirm(cursors: readonly ForwardCursor[], now: EpochMs): Promise<void>;
}

/** Resolves when the receiver has read all of it; throws `audit.forward_failed`. */
export type SendForward = (text: string) => Promise<void>;
