import type { Clock, EpochMs, Logger } from "@cordon/core/kernel";

/** A moment by both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wall: EpochMs;
}

/** What a welcome says of the agent's part at its site. */
export interface ActingGrant {
  readonly role: "active" | "standby";
  /** See `Welcome.actingLeaseMs`; 0 = without limit. */
  readonly actingLeaseMs: number;
  /** When the hello left that this welcome answers: the lease counts from there. */
  readonly askedAt: Moment;
  /** Another agent, or a later self of this ledger, may have acted since this one last did. */
  readonly othersMayHaveActed: boolean;
}

/**
 * `unwelcomed`: no coordinator has said yet what this agent is. `lapsed`: the lease ran out, or another agent took over; only a new
 * welcome mends it.
 */
export type ActingState = "unwelcomed" | "active" | "standby" | "lapsed";

export interface ActingView {
  readonly state: ActingState;
  /** Under a lease: what is left of it in ms, at least 0. */
  readonly leaseLeftMs?: number;
}

/**
 * Whether this agent may hand anything to KSC just now, so that of two agents of a site never both do. Proven in
 * docs/adr/0010-two-agents-never-act-at-once.md:
 *
 * - The lease counts from when a question left that the coordinator answered, never from when the answer was read: an answer
 *   may have lain in a buffer while the coordinator gave the site to another agent.
 * - It is judged at the very moment of asking, by the monotonic and by the wall clock, whichever ran further: no timer need
 *   have fired after a pause, and a clock that stood still while the machine slept does not stretch it.
 * - Once it has lapsed no answer revives it: only a new welcome does, for which the coordinator has looked who is active.
 */
export interface ActingLease {
  /** To be asked right before each request to KSC that changes something. */
  mayAct(): boolean;
  /** Counts how often others may have acted: what was found out about KSC under another number does not hold any more. */
  readonly term: number;
  welcomed(grant: ActingGrant): void;
  /** The coordinator answered a ping that left at this monotonic time. */
  answered(askedMs: number): void;
  /** Told that another agent, or another session, is the site's active one now. */
  fenced(): void;
  view(): ActingView;
  stop(): void;
}

export interface ActingLeaseDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * The state before the first welcome: an agent works on by itself only if its ledger says that its last welcome named no
   * lease, so that no second agent can have taken over since.
   */
  readonly initially: "active" | "unwelcomed";
  /** The lease ran out while a session may still be up: it is to be asked for anew. */
  readonly onLapsed: () => void;
}

export function createActingLease(deps: ActingLeaseDeps): ActingLease {
  const { clock, logger } = deps;
  let state: ActingState = deps.initially;
  let leaseMs = 0;
  /** Of the welcome's question; what the clocks have come apart since then counts as time that has passed. */
  let welcomed: Moment = momentOf(clock);
  /** When the newest question left that was answered. */
  let askedMs = welcomed.monotonicMs;
  let term = 0;
  let cancelTimer: (() => void) | undefined;

  function leftMs(): number {
    const passedMs = clock.monotonicMs() - askedMs;
    const apartMs = clock.now() - welcomed.wall - (clock.monotonicMs() - welcomed.monotonicMs);
    return Math.max(0, leaseMs - passedMs - Math.max(0, apartMs));
  }

  function lapse(why: "unanswered" | "fenced"): void {
    state = "lapsed";
    cancelTimer?.();
    cancelTimer = undefined;
    logger.warn("agent.acting", { outcome: "lapsed", why, leaseMs });
  }

  function mayAct(): boolean {
    if (state !== "active") return false;
    if (leaseMs === 0 || leftMs() > 0) return true;
    lapse("unanswered");
    deps.onLapsed();
    return false;
  }

  /** Only so that a lapse is noticed when nobody asks; `mayAct` does not rely on it. */
  function watch(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (state !== "active" || leaseMs === 0) return;
    cancelTimer = clock.after(leftMs(), () => {
      if (mayAct()) watch();
    });
  }

  return {
    mayAct,
    get term() {
      return term;
    },
    welcomed(grant) {
      const before = state;
      if (grant.othersMayHaveActed) term++;
      state = grant.role;
      leaseMs = grant.role === "active" ? grant.actingLeaseMs : 0;
      welcomed = grant.askedAt;
      askedMs = grant.askedAt.monotonicMs;
      if (before !== state) logger.info("agent.acting", { outcome: state, leaseMs });
      watch();
    },
    answered(thenMs) {
      // Judged before it is renewed: an answer that is read too late must not make up for it.
      if (leaseMs > 0 && mayAct()) askedMs = Math.max(askedMs, thenMs);
    },
    fenced() {
      if (state === "active") lapse("fenced");
    },
    view: () => {
      const acts = mayAct();
      return { state, ...(acts && leaseMs > 0 ? { leaseLeftMs: Math.round(leftMs()) } : {}) };
    },
    stop: () => cancelTimer?.(),
  };
}

export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wall: clock.now() };
}
