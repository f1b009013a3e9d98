import { ACTING_MARGIN_MS, type SiteSessions, VOUCH_MS } from "@cordon/coordinator-core";
import { type AgentId, asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import type { Live } from "./live-session.ts";

/** How often the record is told which sessions live; several tries fit into `VOUCH_MS`. */
const BEAT_MS = 5_000;
/** How often it is asked whether one that waits may take over; nothing is asked while nobody waits here. */
const LOOK_MS = 1_000;

export interface SessionKeeper {
  /**
   * Whether a frame of this session may be answered. An active agent's lease lives on our answers, and another process may give
   * its site away unless it sees in the record that the agent lives: so who cannot write that must not answer either.
   */
  mayHear(live: Live): boolean;
  stop(): void;
}

/** Tells the record which of this process's sessions live, ends those that are not theirs any more, and promotes who waits. */
export function createSessionKeeper(deps: {
  readonly sessions: Pick<SiteSessions, "beat" | "promotable">;
  readonly live: () => readonly Live[];
  /** Which of these agents are revoked: another process may have been told. */
  readonly revokedAmong?: (agentIds: readonly AgentId[]) => Promise<readonly AgentId[]>;
  readonly clock: Clock;
  readonly logger: Logger;
}): SessionKeeper {
  const { sessions, clock, logger } = deps;
  let stopped = false;
  let cancelBeat = clock.after(BEAT_MS, () => void turn(beat, BEAT_MS, (cancel) => (cancelBeat = cancel)));
  let cancelLook = clock.after(LOOK_MS, () => void turn(look, LOOK_MS, (cancel) => (cancelLook = cancel)));

  async function turn(work: () => Promise<void>, everyMs: number, keep: (cancel: () => void) => void): Promise<void> {
    // The sessions notice by themselves: what nobody vouches for is not answered.
    await work().catch((error: unknown) => logger.warn("session.keep", { code: asAppError(error).code }));
    if (!stopped) keep(clock.after(everyMs, () => void turn(work, everyMs, keep)));
  }

  async function beat(): Promise<void> {
    const all = deps.live();
    if (all.length === 0) return;
    const startedMs = clock.monotonicMs();
    const [answer, revokedIds = []] = await Promise.all([
      sessions.beat(all.map(({ ref }) => ref)),
      deps.revokedAmong?.(all.map(({ ref }) => ref.agentId)),
    ]);
    const revoked = new Set(revokedIds);
    const fenced = new Set(answer.fenced);
    const changes = new Set(answer.leaseChanges);
    for (const live of all) {
      if (revoked.has(live.ref.agentId)) live.session.close("session.identity_revoked", "the agent was revoked");
      else if (fenced.has(live.ref)) live.session.close("session.stale_epoch", "the site has a newer session");
      else if (changes.has(live.ref)) {
        live.session.close("session.role_changed", "the site's second agent came or went: the lease is agreed anew");
      } else live.vouchedMs = startedMs;
    }
  }

  /** An agent under a lease asks several times in each: one that was not heard for longer than it has stopped acting. */
  function endSilent(): void {
    const nowMs = clock.monotonicMs();
    for (const { session, heardMs } of deps.live()) {
      const { actingLeaseMs } = session.welcome;
      if (actingLeaseMs === 0 || nowMs - heardMs <= actingLeaseMs + ACTING_MARGIN_MS) continue;
      session.close("session.silent", `nothing was heard for ${Math.round(nowMs - heardMs)} ms`);
    }
  }

  async function look(): Promise<void> {
    endSilent();
    const waiting = deps
      .live()
      .filter(({ ref }) => ref.role === "standby")
      .map((live) => ({ ...live.ref, standBy: live.session.hello.standBy, session: live.session }));
    if (waiting.length === 0) return;
    for (const { tenantId, siteId, agentId, session } of await sessions.promotable(waiting)) {
      logger.info("site.promote", { tenantId, siteId, agentId });
      session.close("session.role_changed", "the site's active agent is gone: come back as the active one");
    }
  }

  return {
    mayHear(live) {
      const nowMs = clock.monotonicMs();
      if (live.session.welcome.actingLeaseMs > 0 && nowMs - live.vouchedMs > VOUCH_MS) return false;
      live.heardMs = nowMs;
      return true;
    },
    stop() {
      stopped = true;
      cancelBeat();
      cancelLook();
    },
  };
}
