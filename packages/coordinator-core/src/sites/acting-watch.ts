import type { Clock } from "@cordon/core/kernel";
import { siteKey } from "../dispatch/site-key.ts";
import type { SiteRef } from "../ports/dispatch-queue.ts";
import type { Standing } from "../ports/sessions.ts";

/** A gateway that could not write for so long that an agent lives does not answer that agent any more. */
export const VOUCH_MS = 20_000;
/** For clocks of two machines that run at different speeds; far more than they do in a minute. */
export const ACTING_MARGIN_MS = 5_000;

/**
 * Tells since when a site's active agent can have heard nothing, by this process's monotonic clock alone: after a start it knows
 * nothing, and counts from its first look. Proven in docs/adr/0010-two-agents-never-act-at-once.md.
 */
export interface ActingWatch {
  /** What the record says now. `promotion`: the epoch was raised for an agent that has no session of it yet. */
  saw(site: SiteRef, standing: Standing & { readonly promotion?: object }): void;
  /** The active session with this epoch began and ended here; its agent was heard last at `heardMs`. */
  left(site: SiteRef, epoch: number, heardMs: number): void;
  /** The standing whose agent's lease has run out for certain; undefined while it may still act. */
  quiet(site: SiteRef, leaseMs: number): Standing | undefined;
}

interface Seen extends Standing {
  readonly sinceMs: number;
  /** The newest one that an agent can have acted in. */
  readonly actedEpoch: number;
}

export function createActingWatch(clock: Clock): ActingWatch {
  /** At most one entry per site, in both. */
  const seen = new Map<string, Seen>();
  const ended = new Map<string, { readonly epoch: number; readonly heardMs: number }>();

  return {
    saw(site, { epoch, beats, promotion }) {
      const known = seen.get(siteKey(site));
      if (known?.epoch === epoch && known.beats === beats) return;
      seen.set(siteKey(site), {
        epoch,
        beats,
        sinceMs: clock.monotonicMs(),
        actedEpoch: promotion === undefined ? epoch : epoch - 1,
      });
    },
    left: (site, epoch, heardMs) => void ended.set(siteKey(site), { epoch, heardMs }),
    quiet(site, leaseMs) {
      const known = seen.get(siteKey(site));
      if (known === undefined) return undefined;
      const here = ended.get(siteKey(site));
      // Elsewhere it may have been answered for as long as its gateway vouched for it after the last beat that shows here.
      const endsMs = here?.epoch === known.actedEpoch ? here.heardMs + leaseMs : known.sinceMs + leaseMs + VOUCH_MS;
      return clock.monotonicMs() >= endsMs + ACTING_MARGIN_MS ? { epoch: known.epoch, beats: known.beats } : undefined;
    },
  };
}
