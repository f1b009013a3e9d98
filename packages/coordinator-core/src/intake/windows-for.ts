import type { CorrelationEvent } from "@cordon/core/event";
import { attemptKey, type Brake, type RuleHold, reachLimitsFor } from "@cordon/core/guards";
import type { EpochMs, RuleId } from "@cordon/core/kernel";
import type { Resolution } from "@cordon/core/planning";
import type { RuleMatch } from "@cordon/core/rules";
import type { AskedWindow } from "../ports/ingest-store.ts";

interface ResolvedEvent {
  readonly event: CorrelationEvent;
  readonly matches: readonly RuleMatch[];
  readonly resolutions: readonly Resolution[];
}

/** [S3] Every window that a limit counts for what these events ask for, once, and as far as any limit reaches. */
export function windowsFor(
  events: readonly ResolvedEvent[],
  brakes: readonly Brake[],
  ruleHolds: ReadonlyMap<RuleId, RuleHold>,
  now: EpochMs,
): readonly AskedWindow[] {
  const asked = new Map<string, AskedWindow>();
  for (const { event, matches, resolutions } of events) {
    for (const [index, { rule }] of matches.entries()) {
      const resolution = resolutions[index];
      // A rule in hold is asked nothing more until it is re-armed.
      if (resolution?.kind !== "resolved" || ruleHolds.has(rule.id)) continue;
      for (const { kind } of rule.actions) {
        const subject = { tenantId: event.tenantId, rule, endpoint: resolution.endpoint, kind, now };
        for (const { key, bounds } of reachLimitsFor(subject, brakes)) {
          const id = attemptKey(key);
          asked.set(id, further(asked.get(id), { key, ...bounds, share: bounds.shareMax !== undefined }));
        }
      }
    }
  }
  return [...asked.values()];
}

/** Both are answered by one count; a share needs all endpoints. */
function further(before: AskedWindow | undefined, next: AskedWindow): AskedWindow {
  const { key } = next;
  const attemptsMax = Math.max(before?.attemptsMax ?? 0, next.attemptsMax ?? 0);
  const share = next.share || (before?.share ?? false);
  const endpointsMax = share ? undefined : Math.max(before?.endpointsMax ?? 0, next.endpointsMax ?? 0);
  return {
    key,
    share,
    ...(attemptsMax === 0 ? {} : { attemptsMax }),
    ...(endpointsMax === undefined ? {} : { endpointsMax }),
  };
}
