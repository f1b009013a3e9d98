export { assert, assertNever, InvariantError } from "./assert.ts";
export { addMs, type Clock, type EpochMs, epochMs, systemClock } from "./clock.ts";
export { ERROR_CODES, type ErrorCode, type ErrorSpec } from "./error-codes/index.ts";
export { AppError, type AppErrorOptions, asAppError, errorSpec, isErrorCode } from "./errors.ts";
export {
  type ActionId,
  type AgentId,
  actionId,
  agentId,
  type DecisionId,
  decisionId,
  deriveActionId,
  deriveDecisionId,
  type EndpointId,
  type EventId,
  endpointId,
  eventId,
  type RuleId,
  ruleId,
  type SiteId,
  siteId,
  type TenantId,
  tenantId,
} from "./ids.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { isThisMachine, type PostgresTarget, postgresConnection, readPostgresUrl } from "./postgres-url.ts";
export { type Random, systemRandom } from "./random.ts";
export { type BackoffPolicy, backoffMs } from "./retry.ts";
export { Secret } from "./secret.ts";
export { sideBySide } from "./side-by-side.ts";
