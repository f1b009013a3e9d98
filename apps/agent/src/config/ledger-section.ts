import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import { ACTION_KINDS } from "@cordon/core/action";
import { checkLedgerPolicy, DEFAULT_LEDGER_POLICY, type LedgerPolicy } from "@cordon/core/ledger";
import * as z from "zod/mini";
import { count, seconds } from "./fields.ts";

const days = () => z.number().check(z.positive(), z.maximum(3_650));
const { merging, pacing: PACING } = DEFAULT_LEDGER_POLICY;

/** `foreignAssumed`: tasks of others on endpoints that were not looked at. Without `lifespanDays`, as on endpoints. */
const shared = z.strictObject({
  limit: count(1, 1_000_000),
  foreignAssumed: count(0, 1_000_000),
  lifespanDays: z.optional(days()),
});

export const ledgerSection = z.strictObject({
  /** Tasks that may exist on one endpoint, and how long one lives (kaspersky.md 2.6). */
  limit: z._default(count(1, 100_000), DEFAULT_SETTINGS.ledger.endpoint.limit),
  lifespanDays: z._default(days(), 30),
  containReserve: z._default(count(0, 100_000), DEFAULT_SETTINGS.ledger.containReserve),
  remediateReserve: z._default(count(0, 100_000), DEFAULT_SETTINGS.ledger.remediateReserve),
  foreignMargin: z._default(count(0, 1_000), DEFAULT_SETTINGS.ledger.foreignMargin),
  occupancyMaxAgeSeconds: z._default(seconds(), DEFAULT_SETTINGS.ledger.occupancyMaxAgeMs / 1_000),
  /** Count per KSC server as well. */
  perServer: z.optional(shared),
  /** Count per group of tasks that KSC creates by itself as well: IoC scans are in IOC, all else in IRP. */
  taskGroups: z.optional(z.strictObject({ IOC: z.optional(shared), IRP: z.optional(shared) })),
  /** Actions that one task may serve beside its own: equivalent scans and file actions that wait. 0: each is sent by itself. */
  mergeMax: z._default(count(0, 1_000), merging.ridersMax),
  /** Actions that load a device are spaced; `heavy: []` switches it off. Containing ones can never be heavy. */
  pacing: z.prefault(
    z.strictObject({
      heavy: z._default(z.array(z.enum(ACTION_KINDS)).check(z.maxLength(ACTION_KINDS.length)), () => [...PACING.heavy]),
      gapMinutes: z._default(z.number().check(z.minimum(0), z.maximum(1_440)), PACING.gapMs / 60_000),
      perHourMax: z._default(count(1, 1_000), PACING.perHourMax),
    }),
    {},
  ),
  /** Delete finished scans and file collections of Cordon's own through KSC when a device has more than `above` tasks. Off when absent. */
  cleanUp: z.optional(
    z.strictObject({
      above: count(1, 100_000),
      perRoundMax: z._default(count(1, 100), 10),
      restMinutes: z._default(z.number().check(z.minimum(1), z.maximum(43_200)), 30),
    }),
  ),
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
