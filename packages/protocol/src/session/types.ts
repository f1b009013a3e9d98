import type { AgentMessage, CoordinatorMessage, Hello, Ping, Pong, Welcome } from "../messages.ts";
import type { AfterClose, CloseCode } from "./close-codes.ts";

/** What the agent's application receives and the coordinator's sends; hello, welcome and heartbeat stay inside the session. */
export type ToAgent = Exclude<CoordinatorMessage, Welcome | Ping | Pong>;

/** What the coordinator's application receives and the agent's sends. */
export type ToCoordinator = Exclude<AgentMessage, Hello | Ping | Pong>;

/** What the coordinator's application decides about a site on its hello; the session fills in the rest of the welcome. */
export type WelcomeGrant = Pick<Welcome, "epoch" | "role" | "actingLeaseMs" | "statusCursor" | "inventoryVersion">;

/** Why a session ended. `text` is one sentence for the log; it may name hosts and ids, never secrets. */
export interface Close {
  readonly code: CloseCode;
  readonly text: string;
  readonly by: "us" | "peer" | "network";
  /** What the agent does about it. */
  readonly next: AfterClose;
}

/**
 * - `sent`: handed to the socket; it may still be lost with the connection, so what matters is acknowledged by messages.
 * - `down`: there is no open session; nothing was sent.
 * - `congested`: more than `bufferedBytesMax` wait for the peer; nothing was sent. Await `drained()`.
 */
export type SendOutcome = "sent" | "down" | "congested";
