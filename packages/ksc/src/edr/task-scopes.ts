import type { TaskRef } from "@cordon/agent-core";
import type { Clock } from "@cordon/core/kernel";

type TaskScope = TaskRef["scope"];

const BOTH: readonly TaskScope[] = ["global", "local"];
/** How often a server whose response tasks are of one kind is asked for the other all the same. */
const RECHECK_MS = 3_600_000;

/**
 * In which classes a server's response tasks are looked for. Whether they are global or local is not documented (kaspersky.md
 * 4.8), so both are asked until a response task was seen; from then on only where they are, with a slow look at the rest.
 */
export interface TaskScopes {
  /** Where to look now. */
  ask(): readonly TaskScope[];
  /** A response task was seen there. */
  saw(scope: TaskScope): void;
}

export function createTaskScopes(configured: "both" | TaskScope, clock: Clock): TaskScopes {
  const seen = new Set<TaskScope>();
  let recheckAtMs = Number.POSITIVE_INFINITY;
  if (configured !== "both") return { ask: () => [configured], saw: () => {} };
  return {
    ask() {
      if (seen.size === 0) return BOTH;
      if (clock.monotonicMs() < recheckAtMs) return BOTH.filter((scope) => seen.has(scope));
      recheckAtMs = clock.monotonicMs() + RECHECK_MS;
      return BOTH;
    },
    saw(scope) {
      if (seen.size === 0) recheckAtMs = clock.monotonicMs() + RECHECK_MS;
      seen.add(scope);
    },
  };
}
