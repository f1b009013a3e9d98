export type * from "./messages.ts";
export { type AfterClose, CLOSE_CODES, type CloseCode, readCloseCode } from "./session/close-codes.ts";
export { PROTOCOL } from "./session/limits.ts";
export type { Close, SendOutcome, ToAgent, ToCoordinator, WelcomeGrant } from "./session/types.ts";
export { decodeFrame, encodeFrame, type Frame, type UnknownBody } from "./wire/frame.ts";
export {
  type FrameLimits,
  ITEMS_PER_LIST_MAX,
  POLICY_BYTES_MAX,
  TO_AGENT_BYTES_MAX,
  TO_COORDINATOR_BYTES_MAX,
} from "./wire/frame-limits.ts";
export type { RefusedOffer } from "./wire/order.ts";
export { decodeOrder, encodeOrder } from "./wire/signed-order.ts";
export { splitEndpoints, splitStatuses } from "./wire/split.ts";
export type { AgentLink, AgentLinkOptions, AgentTls, LinkDown, LinkLimits, LinkStop } from "./ws/agent-link.ts";
export type {
  AgentSession,
  Authentication,
  HelloAnswer,
  PeerCertificate,
  ServerLimits,
  SessionServer,
  SessionServerOptions,
} from "./ws/agent-session.ts";
export { connectAgent, LINK_LIMITS } from "./ws/connect-agent.ts";
export { SERVER_LIMITS, serveSessions, sessionTlsOptions } from "./ws/serve-sessions.ts";
export { SESSION_PATH } from "./ws/session-path.ts";
