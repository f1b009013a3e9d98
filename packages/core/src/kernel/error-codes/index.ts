import { EVENTS_CODES } from "./events.ts";
import { IDENTITIES_CODES } from "./identities.ts";
import { KSC_CODES } from "./ksc.ts";
import { OPERATION_CODES } from "./operation.ts";
import { ORDERS_CODES } from "./orders.ts";
import { PEOPLE_CODES } from "./people.ts";
import { RULES_CODES } from "./rules.ts";
import { SAFETY_CODES } from "./safety.ts";
import { SESSIONS_CODES } from "./sessions.ts";
import { UPDATES_CODES } from "./updates.ts";

export type { ErrorSpec } from "./error-spec.ts";

/** The one table: every code stands in the part of its area, and in no other. */
export const ERROR_CODES = {
  ...EVENTS_CODES,
  ...IDENTITIES_CODES,
  ...KSC_CODES,
  ...OPERATION_CODES,
  ...ORDERS_CODES,
  ...PEOPLE_CODES,
  ...RULES_CODES,
  ...SAFETY_CODES,
  ...SESSIONS_CODES,
  ...UPDATES_CODES,
};

export type ErrorCode = keyof typeof ERROR_CODES;
