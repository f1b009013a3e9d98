import type { ActionId } from "@cordon/core/kernel";
import { entryKey, isWatched, type LedgerEntry } from "./entry.ts";
import { onPreventionPolicy, type Step } from "./judge.ts";
import type { Edr, PreventionPolicy } from "./ports.ts";

/** Asks once for each prevention whether its host's policy lets it take effect, and remembers the answer for its end. */
export function createPreventionWatch(deps: {
  readonly edr: Edr;
  readonly step: (entry: LedgerEntry, next: Step | undefined) => void;
}) {
  const answers = new Map<ActionId, PreventionPolicy>();
  return {
    async climb(due: readonly LedgerEntry[], signal: AbortSignal): Promise<void> {
      for (const entry of due) {
        const asks = entry.order.spec.kind === "preventExecution" && isWatched(entry);
        if (!asks || answers.has(entryKey(entry))) continue;
        const policy = await deps.edr.preventionPolicy(entry.order.endpointId, signal);
        answers.set(entryKey(entry), policy);
        deps.step(entry, onPreventionPolicy(entry, policy));
      }
    },
    of: (actionId: ActionId): PreventionPolicy | undefined => answers.get(actionId),
    forget: (actionId: ActionId) => {
      answers.delete(actionId);
    },
  };
}
