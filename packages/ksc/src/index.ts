export { type ActionStatus, awaitAction, createAsyncActions } from "./api/async-actions.ts";
export { createChunkAccessor } from "./api/chunk-accessor.ts";
export { consoleEvent, createConsoleEvents } from "./api/console-events.ts";
export { createEventProcessing, createEventProcessingFactory, type EventSearch } from "./api/event-processing.ts";
export { createHostGroup, type FoundAccessor, type HostSearch, type SettingsSection } from "./api/host-group.ts";
export { createHostTasks } from "./api/host-tasks.ts";
export { createIncidents, INCIDENT_SEVERITY, type IncidentSearch, type NewIncident } from "./api/incidents.ts";
export {
  createLimits,
  createPolicy,
  createPolicyProfiles,
  createSsContents,
  type SettingsAddress,
} from "./api/policies.ts";
export { createReportManager, downloadReport } from "./api/reports.ts";
export { createServerHierarchy, createVirtualServers } from "./api/servers.ts";
export { createSessionApi } from "./api/session-api.ts";
export { ANY_HOST_TASK_STATE, createTasks, HOST_TASK_STATES, type TaskFilter, type TaskSummary } from "./api/tasks.ts";
export { createKscEdr, type KscEdrOptions } from "./edr/ksc-edr.ts";
export { type Delivery, deliveryOf } from "./errors/delivery.ts";
export { KSC_ERRORS, type KscErrorMapping } from "./errors/ksc-errors.ts";
export type { Filter } from "./filter/filter.ts";
export * as filters from "./filter/filter.ts";
export {
  type EventReader,
  firstRecords,
  PAGE_RECORDS_MAX,
  type PagingContext,
  recordPages,
  withEvents,
} from "./paging/record-pages.ts";
export { type Releasable, withReleased } from "./paging/release.ts";
export { listHostTasks, listTasks, walkHostStatuses } from "./paging/task-lists.ts";
export { createRequestRegistry, type RequestRegistry, type ResponseRequest } from "./registry/registry.ts";
export { type EdrSettings, parseEdrSettings } from "./registry/settings.ts";
export { REGISTRY_VERSION, REQUEST_SHAPES, type RequestShape } from "./registry/shapes.ts";
export { parseResponseName } from "./registry/task-name.ts";
export type { CallNature, CallOptions, KscCaller, KscSessionCaller } from "./session/caller.ts";
export { createKscClient, type KscClient, type KscClientOptions } from "./session/client.ts";
export { decodeLogin, decodeReply } from "./session/decode-reply.ts";
export type { KscCredentials } from "./transport/authorization.ts";
export type { Dial } from "./transport/open-socket.ts";
export { type Trust, type TrustSettings, trustFrom } from "./transport/trust.ts";
export {
  isoSeconds,
  type KscArgs,
  type KscParams,
  type KscValue,
  type KscWrapped,
  kscBinary,
  kscDate,
  kscDateTime,
  kscDouble,
  kscFloat,
  kscLong,
  kscParams,
  type PlainValue,
  sortBy,
  unwrap,
} from "./values/wire-types.ts";
