export {
  decide,
  type PolicyCode,
  type PolicyDecision,
  type PolicyQuestion,
  type SendHistory,
} from "./decide.ts";
export { localTime, nextOpening } from "./hours.ts";
export {
  type ActionLimit,
  type Cap,
  type Hours,
  type HoursWindow,
  KINDS_AND_CLASSES,
  type KindOrClass,
  kindsOf,
  type ProtectedWho,
  type Protection,
  SITE_POLICY_LIMITS,
  type SitePolicy,
} from "./policy.ts";
export { type Protected, printWho, protectionOf } from "./protection.ts";
