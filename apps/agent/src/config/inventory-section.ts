import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import * as z from "zod/mini";
import { count, seconds } from "./fields.ts";

const { inventory, capability } = DEFAULT_SETTINGS;

const dottedNumbers = (example: string) =>
  z.string().check(z.regex(/^\d{1,4}(\.\d{1,6}){0,3}$/, `must be dotted numbers, e.g. ${example}`));

export const inventorySection = z.strictObject({
  /** Between two passes over all hosts: these find what was removed, or changed without being seen. */
  fullIntervalSeconds: z._default(seconds(), inventory.fullIntervalMs / 1_000),
  /** A host's last-seen time alone is told when it moved so far; that a host came or went is told at once. */
  lastSeenGrainSeconds: z._default(seconds(), inventory.lastSeenGrainMs / 1_000),
  /** Lowest version of Kaspersky Endpoint Security that an action is accepted for. */
  kesVersionMin: z._default(dottedNumbers("12.9"), capability.minimums.kesVersion),
  /** States of the EDR component (`KLHST_WKS_EDR_STATUS`) in which it is not there. */
  edrMissing: z._default(z.array(count(0, 1_000)).check(z.maxLength(20)), () => [...capability.minimums.edrMissing]),
  /** Lowest version of KSC that actions are accepted with. */
  kscVersionMin: z._default(dottedNumbers("14.2"), capability.kscVersionMin),
});
