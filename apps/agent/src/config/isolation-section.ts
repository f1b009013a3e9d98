import { DEFAULT_LEASE_SETTINGS, type LeaseSettings } from "@cordon/agent-core";
import * as z from "zod/mini";
import { count, fileName, seconds } from "./fields.ts";

const { policy } = DEFAULT_LEASE_SETTINGS;

/** How isolations are kept up, and ended before their time. */
export const isolationSection = z.strictObject({
  /** From KSC's creation of a task to its start on an endpoint: one synchronisation. */
  syncDelaySeconds: z._default(seconds(), policy.syncDelayMs / 1_000),
  /** Added to it: a renewal is made so long before the end of the one before. */
  spareSeconds: z._default(seconds(), policy.spareMs / 1_000),
  /** Renewals of one isolation; each takes one of the endpoint's task slots. */
  renewalsMax: z._default(count(0, 1_000), policy.renewalsMax),
  /** Slots of an endpoint that renewals leave to new containments. */
  slotsKept: z._default(count(0, 1_000), policy.slotsKept),
  /** End times further apart are told as a problem. */
  toleranceSeconds: z._default(seconds(), policy.toleranceMs / 1_000),
  /**
   * `none`: whoever releases gets the exact steps for a person. `command`: an executable of the site's own, run without a shell; it
   * finds `CORDON_ACTION_ID`, `CORDON_HOST_ID`, `CORDON_HOST_NAME` and `CORDON_ENDS_AT` in its environment, and must bear being run twice.
   */
  release: z._default(
    z.discriminatedUnion("method", [
      z.strictObject({ method: z.literal("none") }),
      z.strictObject({
        method: z.literal("command"),
        command: fileName,
        arguments: z._default(z.array(z.string().check(z.maxLength(4_096))).check(z.maxLength(64)), []),
        timeoutSeconds: z._default(seconds(600), 60),
      }),
    ]),
    { method: "none" },
  ),
});

export type ReleaseConfig = z.output<typeof isolationSection>["release"];

/** Renewals and what they leave never ask for more slots than an endpoint has. */
export function leaseSettingsOf(section: z.output<typeof isolationSection>, slotLimit: number): LeaseSettings {
  const ms = (value: number) => Math.round(value * 1_000);
  const syncDelayMs = ms(section.syncDelaySeconds);
  const slotsKept = Math.min(section.slotsKept, Math.floor(slotLimit / 4));
  return {
    ...DEFAULT_LEASE_SETTINGS,
    hearMs: DEFAULT_LEASE_SETTINGS.hearMs + 2 * (syncDelayMs - policy.syncDelayMs),
    policy: {
      ...policy,
      syncDelayMs,
      spareMs: ms(section.spareSeconds),
      renewalsMax: Math.min(section.renewalsMax, Math.max(0, slotLimit - slotsKept - 1)),
      slotsKept,
      toleranceMs: ms(section.toleranceSeconds),
    },
  };
}
