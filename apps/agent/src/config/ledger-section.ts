import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import { ACTION_KINDS } from "@cordon/core/action";
import { checkLedgerPolicy, DEFAULT_LEDGER_POLICY, type LedgerPolicy } from "@cordon/core/ledger";
import * as z from "zod";
import { count, seconds } from "./fields.ts";

const days = () => z.number().positive().max(3_650);
const { merging, pacing: PACING } = DEFAULT_LEDGER_POLICY;

/** `foreignAssumed`: tasks of others on endpoints that were not looked at. Without `lifespanDays`, as on endpoints. */
const shared = z.strictObject({
  limit: count(1, 1_000_000),
  foreignAssumed: count(0, 1_000_000),
  lifespanDays: days().optional(),
});

export const ledgerSection = z.strictObject({
  /** Tasks that may exist on one endpoint, and how long one lives (kaspersky.md 2.6). */
  limit: count(1, 100_000).default(DEFAULT_SETTINGS.ledger.endpoint.limit),
  lifespanDays: days().default(30),
  containReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.containReserve),
  remediateReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.remediateReserve),
  foreignMargin: count(0, 1_000).default(DEFAULT_SETTINGS.ledger.foreignMargin),
  occupancyMaxAgeSeconds: seconds().default(DEFAULT_SETTINGS.ledger.occupancyMaxAgeMs / 1_000),
  /** Count per KSC server as well. */
  perServer: shared.optional(),
  /** Count per group of tasks that KSC creates by itself as well: IoC scans are in IOC, all else in IRP. */
  taskGroups: z.strictObject({ IOC: shared.optional(), IRP: shared.optional() }).optional(),
  /** Actions that one task may serve beside its own: equivalent scans and file actions that wait. 0: each is sent by itself. */
  mergeMax: count(0, 1_000).default(merging.ridersMax),
  /** Actions that load a device are spaced; `heavy: []` switches it off. Containing ones can never be heavy. */
  pacing: z
    .strictObject({
      heavy: z
        .array(z.enum(ACTION_KINDS))
        .max(ACTION_KINDS.length)
        .default([...PACING.heavy]),
      gapMinutes: z
        .number()
        .min(0)
        .max(1_440)
        .default(PACING.gapMs / 60_000),
      perHourMax: count(1, 1_000).default(PACING.perHourMax),
    })
    .prefault({}),
  /** Delete finished scans and file collections of Cordon's own through KSC when a device has more than `above` tasks. Off when absent. */
  cleanUp: z
    .strictObject({
      above: count(1, 100_000),
      perRoundMax: count(1, 100).default(10),
      restMinutes: z.number().min(1).max(43_200).default(30),
    })
    .optional(),
});

/** Throws `config.invalid` when the numbers do not fit each other. */
export function ledgerPolicyOf(section: z.infer<typeof ledgerSection>): LedgerPolicy {
  const { perServer, taskGroups, pacing, cleanUp } = section;
  const lifespanMsOf = (of: { readonly lifespanDays?: number | undefined }) =>
    (of.lifespanDays ?? section.lifespanDays) * 86_400_000;
  const limitsOf = (of: z.infer<typeof shared>) => ({
    limit: of.limit,
    foreignAssumed: of.foreignAssumed,
    lifespanMs: lifespanMsOf(of),
  });
  const { IOC, IRP } = taskGroups ?? {};
  return checkLedgerPolicy({
    endpoint: { limit: section.limit, lifespanMs: lifespanMsOf(section) },
    containReserve: section.containReserve,
    remediateReserve: section.remediateReserve,
    foreignMargin: section.foreignMargin,
    occupancyMaxAgeMs: Math.round(section.occupancyMaxAgeSeconds * 1_000),
    deferredPerEndpointMax: DEFAULT_LEDGER_POLICY.deferredPerEndpointMax,
    ...(section.mergeMax === 0 ? {} : { merging: { ridersMax: section.mergeMax } }),
    ...(pacing.heavy.length === 0
      ? {}
      : {
          pacing: {
            heavy: pacing.heavy,
            gapMs: Math.round(pacing.gapMinutes * 60_000),
            perHourMax: pacing.perHourMax,
          },
        }),
    ...(perServer === undefined ? {} : { server: limitsOf(perServer) }),
    ...(taskGroups === undefined
      ? {}
      : {
          groups: {
            ...(IOC === undefined ? {} : { IOC: limitsOf(IOC) }),
            ...(IRP === undefined ? {} : { IRP: limitsOf(IRP) }),
          },
        }),
    ...(cleanUp === undefined
      ? {}
      : {
          cleanUp: {
            watermark: cleanUp.above,
            perRoundMax: cleanUp.perRoundMax,
            restMs: Math.round(cleanUp.restMinutes * 60_000),
          },
        }),
  });
}
