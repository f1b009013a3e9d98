import {
  AppError,
  type Clock,
  type Logger,
  type Random,
  type Secret,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import type { KscCredentials } from "../transport/authorization.ts";
import type { Dial } from "../transport/open-socket.ts";
import { type TrustSettings, trustFrom } from "../transport/trust.ts";
import { KscAccount } from "./account.ts";
import type { KscCaller, KscSessionCaller } from "./caller.ts";
import { KscSession } from "./session.ts";

export interface KscClientOptions {
  /** Name or address of the Administration Server. */
  readonly host: string;
  /** Open API port; 13299 by default. */
  readonly port?: number | undefined;
  readonly credentials: KscCredentials;
  /** A pin or a CA; there is no way to connect without. */
  readonly trust: TrustSettings;
  /** Log on to this virtual server; the main server by default. */
  readonly virtualServer?: string | undefined;
  /** `token` (default): `Session.StartSession`. `connection`: the login belongs to the TCP connection (kaspersky.md 4.2). */
  readonly loginMode?: "connection" | "token" | undefined;
  /** Sessions, each with one connection and one outstanding request; 1 by default, at most 32. */
  readonly sessions?: number | undefined;
  /** From a call to its answer; 30 s by default. */
  readonly timeoutMs?: number | undefined;
  /** TCP and TLS; 10 s by default. */
  readonly connectTimeoutMs?: number | undefined;
  /** See `Address.dial`. */
  readonly dial?: Dial | undefined;
  /** Calls that may wait for one session; 256 by default. More are refused with `ksc.queue_full`. */
  readonly queueMax?: number | undefined;
  /** A session that idles this long is pinged; 60 s by default (kaspersky.md 4.2). */
  readonly idlePingMs?: number | undefined;
  /** Largest answer that is read; 64 MiB by default: 2,000 hosts with all columns take about 2. */
  readonly replyBytesMax?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly logger?: Logger | undefined;
}

export interface KscClient extends KscCaller {
  /** How many calls can be under way at once. */
  readonly sessionCount: number;
  /** The session with the least to do, for a sequence of calls that belong together. */
  session(): KscSessionCaller;
  /**
   * After `ksc.bad_credentials`, `ksc.account_locked` or `ksc.access_denied` every call fails without a login attempt, until
   * this is called: with new credentials, or without when the account itself was mended.
   */
  resetCredentials(credentials?: KscCredentials): void;
  /**
   * A connection of its own that logs on with a gateway key and then speaks as the Network Agent or server behind it
   * (kaspersky.md 4.18). It lives as long as the session that made the key; the caller closes it.
   */
  openGateway(key: Secret): GatewaySession;
  close(): Promise<void>;
}

export interface GatewaySession extends KscCaller {
  close(): Promise<void>;
}

/** More sessions than this help nothing against one server and may run into its own limits (kaspersky.md 4.20). */
const SESSIONS_MAX = 32;

/** Opens nothing yet: the first call connects and logs in. Throws `config.invalid`. */
export function createKscClient(options: KscClientOptions): KscClient {
  const { clock = systemClock, random = systemRandom, logger = silentLogger } = options;
  const port = wholeNumber("port", options.port ?? 13_299, 1, 65_535);
  const count = wholeNumber("sessions", options.sessions ?? 1, 1, SESSIONS_MAX);
  if (options.host === "") throw new AppError("config.invalid", "KSC host is empty");
  if (options.credentials.scheme === "KSCT" && count > 1) {
    throw new AppError("config.invalid", "KSC sessions: a one-time token (KSCT) is good for one session only");
  }
  const account = new KscAccount(options.credentials, clock, random);
  const settings = {
    address: {
      host: options.host,
      port,
      trust: trustFrom(options.trust),
      connectTimeoutMs: wholeNumber("connectTimeoutMs", options.connectTimeoutMs ?? 10_000, 1, 600_000),
      replyBytesMax: wholeNumber("replyBytesMax", options.replyBytesMax ?? 64 * 1024 * 1024, 1_024, 1024 ** 3),
      dial: options.dial,
    },
    loginMode: options.loginMode ?? "token",
    virtualServer: options.virtualServer,
    timeoutMs: wholeNumber("timeoutMs", options.timeoutMs ?? 30_000, 1, 600_000),
    queueMax: wholeNumber("queueMax", options.queueMax ?? 256, 1, 100_000),
    idlePingMs: wholeNumber("idlePingMs", options.idlePingMs ?? 60_000, 1_000, 86_400_000),
  };
  const sessions = Array.from({ length: count }, () => new KscSession(settings, account, clock, logger));

  const leastBusy = (): KscSession => sessions.reduce((best, other) => (other.load < best.load ? other : best));
  return {
    sessionCount: count,
    call: (method, args, nature, read, callOptions) => leastBusy().call(method, args, nature, read, callOptions),
    session: leastBusy,
    resetCredentials: (credentials) => account.reset(credentials),
    openGateway: (token) => {
      const key = new KscAccount({ scheme: "KSCGW", token }, clock, random);
      // The log-on belongs to the connection, and ends with it; what lies behind may know neither ping nor goodbye.
      const gateway = { ...settings, loginMode: "connection" as const, virtualServer: undefined, endsSilently: true };
      return new KscSession(gateway, key, clock, logger);
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new AppError("config.invalid", `KSC ${name} must be a whole number from ${min} to ${max}, is ${value}`);
}
