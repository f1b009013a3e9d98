import type { Agent } from "node:http";
import type { BackoffPolicy, Clock, Logger, Random, Secret } from "@cordon/core/kernel";
import type { Hello, Welcome } from "../messages.ts";
import type { CloseCode } from "../session/close-codes.ts";
import type { Close, SendOutcome, ToAgent, ToCoordinator } from "../session/types.ts";
import type { FrameLimits } from "../wire/frame-limits.ts";

/** The agent's end: one connection to the coordinator that keeps itself up until it is told to stop or meets a fatal close. */
export interface AgentLink {
  /** True between a welcome and the next `onDown`. */
  readonly isOpen: boolean;
  send(message: ToCoordinator, traceparent?: string): SendOutcome;
  /** Resolves when less than half of `bufferedBytesMax` waits for the peer, or the session is down. Never rejects. */
  drained(): Promise<void>;
  /** Ends the present session, if there is one; the next attempt follows as after any other end. Without one it is tried at once. */
  reconnect(text: string): void;
  /** Resolves once the link has ended for good, with why; the socket is closed then. Never rejects. */
  readonly stopped: Promise<LinkStop>;
}

export type LinkStop =
  | { readonly kind: "aborted" }
  /** Trying again cannot help: a person must act; the code's mend says how. */
  | { readonly kind: "fatal"; readonly code: CloseCode; readonly text: string };

export interface LinkDown extends Close {
  /** False when this attempt never reached a welcome. */
  readonly wasOpen: boolean;
  /** Until the next attempt; absent when there will be none. */
  readonly retryInMs?: number;
}

export interface AgentTls {
  /** PEM of the coordinator's CA: the only one that is trusted. */
  readonly ca: string;
  /** PEM of the agent's certificate (and chain). */
  readonly cert: string;
  /** PEM of its private key. */
  readonly key: Secret;
  /** The name that the coordinator's certificate must carry, when it is not the host of the URL. */
  readonly servername?: string;
}

export interface AgentLinkOptions {
  /** `wss://host:port`; the path is the protocol's own. */
  readonly url: string;
  /** Read anew for every connection: certificates are renewed. */
  readonly tls: AgentTls;
  /**
   * Opens the connections, when they are not to go straight to the gateway: through a proxy. What it fails with may be an
   * `AppError` with a code of the close codes, which then tells why the link is down.
   */
  readonly agent?: Agent | undefined;
  /** Called anew for every connection, so cursors are fresh. */
  readonly hello: () => Omit<Hello, "kind" | "protocolMin" | "protocolMax">;
  readonly onWelcome: (welcome: Welcome) => void;
  /**
   * In order of arrival. When it returns a promise, reading pauses while `handlingMax` of them are unsettled; a throw or
   * rejection is logged and ends the session with `internal.unexpected`, to be tried again.
   */
  readonly onMessage: (message: ToAgent, traceparent: string) => void | Promise<void>;
  /** The coordinator answered a ping that left at this monotonic time: it was there then, whatever it is now. */
  readonly onAnswered?: (askedMs: number) => void;
  /** After every failed attempt and every ended session, before the wait for the next. */
  readonly onDown?: (down: LinkDown) => void;
  /** A fatal end: true when there is another certificate to try. */
  readonly mayTryAgain?: (code: CloseCode) => boolean;
  /** Ends the link: a clean close, no further attempt. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits?: Partial<LinkLimits>;
}

export interface LinkLimits extends FrameLimits {
  /** Bytes that may wait in the process for the peer before `send` says `congested`. */
  readonly bufferedBytesMax: number;
  /** Messages whose handler has not settled before reading pauses. */
  readonly handlingMax: number;
  /** From dialling to the WebSocket being open: TCP, TLS and the gateway's paced admission. */
  readonly connectMs: number;
  /** From there to the welcome. */
  readonly handshakeMs: number;
  readonly backoffSoon: BackoffPolicy;
  readonly backoffLater: BackoffPolicy;
}
