import type { ActionArgs, ActionKind } from "@cordon/core/action";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** KES keeps a task for 30 days whether it has run or not (kaspersky.md 2.6): so long a probe may hold a slot. */
export const SLOT_HELD_MS = 30 * DAY_MS;

export const CANARY_LIMITS = {
  everyMs: { min: 15 * MINUTE_MS, max: 7 * DAY_MS, default: DAY_MS },
  /** Below it, the time that an endpoint takes to hear of its task (15 minutes) and the first looks for it do not fit. */
  lateAfterMs: { min: 5 * MINUTE_MS, max: 2 * DAY_MS, default: 60 * MINUTE_MS },
  /** A probe a day, kept for 30 days; more only where the site's agent deletes finished tasks. */
  slots: { min: 1, max: 3_000, default: 31 },
} as const;

/** What harms nothing: an indicator search changes nothing and brings nothing; a fetch copies a file that every machine has. */
export const CANARY_KINDS = ["iocScan", "getFile", "onDemandScan"] as const satisfies readonly ActionKind[];

export type CanaryKind = (typeof CANARY_KINDS)[number];

export function canarySpec(kind: CanaryKind): ActionArgs {
  switch (kind) {
    case "iocScan":
      // No file has this hash.
      return { kind, indicators: [{ type: "sha256", value: "0".repeat(64) }] };
    case "getFile":
      return { kind, path: "C:\\Windows\\win.ini" };
    case "onDemandScan":
      return { kind };
  }
}
