export { ALARM_EVERY_MS, type AlarmStep, isQuiet, lookAgain, type UseTally, usedOnce } from "./alarm.ts";
export { type CookieRequest, csrfTokenOf, mayCookieAct, sameText } from "./cookie-request.ts";
export {
  CLAIM_LIMITS,
  type Identity,
  type IdentityKey,
  proposeNames,
  type ReadIdentity,
  readIdentity,
} from "./identity.ts";
export { loginWords } from "./login-words.ts";
export { GROUP_NAME, type GroupMap, mapGroups } from "./map-groups.ts";
export {
  decideSession,
  SESSION_NOTE_MS,
  type SessionFacts,
  type SessionLimits,
  type SessionState,
} from "./session-life.ts";
export {
  type Failures,
  failedAgain,
  isForgotten,
  isUnderPressure,
  type Pressure,
  pressureAfter,
  SLOW_DOWN_LIMITS,
  type SlowDownLimits,
  waitMs,
} from "./slow-down.ts";
export { sourceOf } from "./source.ts";
