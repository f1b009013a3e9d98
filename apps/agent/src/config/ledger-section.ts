import { DEFAULT_SETTINGS } from "@cordon/agent-core";
import * as z from "zod";
import { count, seconds } from "./fields.ts";

export const ledgerSection = z.strictObject({
  /** Tasks that may exist on one endpoint, and how long one lives (kaspersky.md 2.6). */
  limit: count(1, 100_000).default(DEFAULT_SETTINGS.ledger.endpoint.limit),
  lifespanDays: z.number().positive().max(3_650).default(30),
  containReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.containReserve),
  remediateReserve: count(0, 100_000).default(DEFAULT_SETTINGS.ledger.remediateReserve),
  foreignMargin: count(0, 1_000).default(DEFAULT_SETTINGS.ledger.foreignMargin),
  occupancyMaxAgeSeconds: seconds().default(DEFAULT_SETTINGS.ledger.occupancyMaxAgeMs / 1_000),
  /** Count per KSC server as well; `foreignAssumed`: tasks of others on endpoints that were not looked at. */
  perServer: z.strictObject({ limit: count(1, 1_000_000), foreignAssumed: count(0, 1_000_000) }).optional(),
});
