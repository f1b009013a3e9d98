import type { Server } from "node:https";
import type { Clock, Logger, Random, SiteId } from "@cordon/core/kernel";
import type { Hello, Welcome } from "../messages.ts";
import type { CloseCode } from "../session/close-codes.ts";
import type { Close, SendOutcome, ToAgent, ToCoordinator, WelcomeGrant } from "../session/types.ts";
import type { FrameLimits } from "../wire/frame-limits.ts";

/** The coordinator's end of one welcomed agent connection. `Identity` is whatever `authenticate` made of the certificate. */
export interface AgentSession<Identity> {
  /** Unique per connection, for logs. */
  readonly sessionId: string;
  readonly identity: Identity;
  readonly siteId: SiteId;
  readonly hello: Hello;
  readonly welcome: Welcome;
  readonly remoteAddress: string;
  readonly isOpen: boolean;
  send(message: ToAgent, traceparent?: string): SendOutcome;
  /** Resolves when less than half of `bufferedBytesMax` waits for the peer, or the session is closed. Never rejects. */
  drained(): Promise<void>;
  /** Ends the session; `onClosed` follows. */
  close(code: CloseCode, text: string): void;
}

/** What TLS has proven of the peer: the chain up to the configured CA is verified before anybody is asked. */
export interface PeerCertificate {
  /** DER of the agent's certificate. */
  readonly raw: Uint8Array;
  /** SHA-256 of `raw`, lower-case hex. */
  readonly fingerprint256: string;
  /** Serial number, lower-case hex. */
  readonly serialNumber: string;
  /** Common name of the subject; empty when it has none. */
  readonly commonName: string;
  /** As Node prints it: `DNS:…, URI:…`; empty when there is none. */
  readonly subjectAltName: string;
}

export type Authentication<Identity> =
  | { readonly kind: "known"; readonly identity: Identity }
  | { readonly kind: "refused"; readonly code: CloseCode; readonly text: string };

export type HelloAnswer =
  | { readonly kind: "welcome"; readonly grant: WelcomeGrant }
  | { readonly kind: "refused"; readonly code: CloseCode; readonly text: string };

export interface SessionServerOptions<Identity> {
  /** Made with mutual TLS 1.3 (`sessionTlsOptions`). Only upgrades of `SESSION_PATH` are taken; the rest stays untouched. */
  readonly server: Server;
  readonly authenticate: (peer: PeerCertificate) => Authentication<Identity> | Promise<Authentication<Identity>>;
  /** Decides about the site (is it this identity's, is it enrolled, which epoch); bounded by `handshakeMs`. */
  readonly onHello: (identity: Identity, hello: Hello) => HelloAnswer | Promise<HelloAnswer>;
  /** The welcome is on its way; messages may be sent. */
  readonly onOpen: (session: AgentSession<Identity>) => void;
  /**
   * In order of arrival. When it returns a promise, reading pauses while `handlingMax` of them are unsettled; a throw or
   * rejection is logged and ends that session with `internal.unexpected`.
   */
  readonly onMessage: (
    session: AgentSession<Identity>,
    message: ToCoordinator,
    traceparent: string,
  ) => void | Promise<void>;
  /**
   * Asked for every frame of a welcomed session before it is looked at, pings included: false ends the session with
   * `session.going_away`, and the frame is not answered.
   */
  readonly mayHear?: (session: AgentSession<Identity>) => boolean;
  /** Once per session that `onOpen` saw. */
  readonly onClosed: (session: AgentSession<Identity>, close: Close) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits?: Partial<ServerLimits>;
}

export interface SessionServer {
  /** Welcomed sessions. */
  readonly sessionCount: number;
  /** Connections that are admitted or waiting and not yet welcomed. */
  readonly handshakeCount: number;
  /** Takes no further upgrade and closes every session with `session.going_away`; resolves when all are closed. */
  close(): Promise<void>;
}

export interface ServerLimits extends FrameLimits {
  readonly bufferedBytesMax: number;
  readonly handlingMax: number;
  readonly sessionsMax: number;
  /** Connections between the upgrade request and the welcome; more are answered 503 with `Retry-After`. */
  readonly handshakesMax: number;
  /** Pace of admission when a fleet comes back at once; the rest waits its turn. */
  readonly admissionsPerSecond: number;
  readonly helloMs: number;
  readonly handshakeMs: number;
  readonly heartbeatMs: number;
  readonly statusesPerBatchMax: number;
}
