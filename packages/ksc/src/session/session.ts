import { AppError, type Clock, type Logger } from "@cordon/core/kernel";
import { asNotSent, callError } from "../errors/delivery.ts";
import { virtualServerHeader } from "../transport/authorization.ts";
import { KscConnection } from "../transport/connection.ts";
import { ExchangeError, type HttpReply, type HttpRequest, NotSentError } from "../transport/exchange.ts";
import type { Address } from "../transport/open-socket.ts";
import { stringifyKscJson } from "../values/json.ts";
import type { ReplyReader } from "../values/reply-schemas.ts";
import type { KscArgs } from "../values/wire-types.ts";
import type { KscAccount } from "./account.ts";
import { CallQueue } from "./call-queue.ts";
import type { CallNature, CallOptions, KscSessionCaller } from "./caller.ts";
import { decodeLogin, decodeReply, isSessionEnd } from "./decode-reply.ts";

export interface SessionSettings {
  readonly address: Address & { readonly replyBytesMax: number };
  /** A: the login belongs to the connection. B: a token is sent with each call (kaspersky.md 4.2). */
  readonly loginMode: "connection" | "token";
  readonly virtualServer: string | undefined;
  readonly timeoutMs: number;
  readonly queueMax: number;
  readonly idlePingMs: number;
  /** Neither pinged while idle nor said goodbye to: the other end need not know these calls. */
  readonly endsSilently?: boolean;
}

interface PendingCall {
  readonly method: string;
  readonly request: HttpRequest;
  readonly nature: CallNature;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly mayGo: (() => boolean) | undefined;
  readonly decode: (reply: HttpReply) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  phase: "queued" | "login" | "sent" | "settled";
  /** Handed to the connection: even when its caller has left, the connection is busy until the answer or the timer. */
  inFlight: boolean;
  cancelTimer: () => void;
  onAbort: (() => void) | undefined;
}

const PATH = "/api/v1.0/";
/** How long a goodbye may take: KSC ends an idle session by itself. */
const END_SESSION_MS = 2_000;

/**
 * One KSC session over one connection with one outstanding request; the rest waits in a bounded queue. Logs in when needed,
 * and once more when KSC says that the session ended; a call whose answer was lost is repeated only if it merely reads.
 */
export class KscSession implements KscSessionCaller {
  readonly #settings: SessionSettings;
  readonly #account: KscAccount;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #connection: KscConnection;
  readonly #queue: CallQueue<PendingCall>;
  #running = false;
  #closed = false;
  #token: string | undefined;
  #loginGeneration: number | undefined;
  /** The present login has carried at least one successful call. */
  #proved = false;
  #lastUsedMs = 0;
  #cancelPing: (() => void) | undefined;

  constructor(settings: SessionSettings, account: KscAccount, clock: Clock, logger: Logger) {
    this.#settings = settings;
    this.#account = account;
    this.#clock = clock;
    this.#logger = logger;
    this.#connection = new KscConnection(settings.address, clock);
    this.#queue = new CallQueue(settings.queueMax);
  }

  /** Calls that wait or are under way. */
  get load(): number {
    return this.#queue.length + (this.#running ? 1 : 0);
  }

  call<T>(
    method: string,
    args: KscArgs,
    nature: CallNature,
    read: ReplyReader<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const body = stringifyKscJson(args);
    const request: HttpRequest = { verb: "POST", path: PATH + method, headers: {}, body };
    return this.#enqueue(method, request, nature, (reply) => read(decodeReply(method, reply), method), options);
  }

  download(path: string, options: CallOptions = {}): Promise<Buffer> {
    const request: HttpRequest = { verb: "GET", path, headers: { range: "bytes=0-" }, body: "" };
    return this.#enqueue("GET", request, "reads", decodeFile, options);
  }

  /** Ends the session at KSC if that is quick, and the connection in any case. Waiting calls fail as not sent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPing?.();
    for (let call = this.#queue.next(); call !== undefined; call = this.#queue.next()) {
      this.#settle(call, () => call.reject(closedError(call.method)));
    }
    if (!this.#running && this.#isLoggedIn() && this.#settings.endsSilently !== true) {
      const cancelTimer = this.#clock.after(END_SESSION_MS, () =>
        this.#connection.abort(new Error("no answer to EndSession")),
      );
      await this.#send({ verb: "POST", path: `${PATH}Session.EndSession`, headers: {}, body: "{}" }).catch(
        (error: unknown) => this.#logger.debug("ksc.end_session", { outcome: "failed", error: String(error) }),
      );
      cancelTimer();
    }
    this.#connection.abort(new Error("the client was closed"));
    this.#connection.destroy();
  }

  #enqueue<T>(
    method: string,
    request: HttpRequest,
    nature: CallNature,
    decode: (reply: HttpReply) => T,
    options: CallOptions,
  ): Promise<T> {
    const { signal, timeoutMs = this.#settings.timeoutMs } = options;
    if (this.#closed) return Promise.reject(closedError(method));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const refusal = this.#account.gate.refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const call: PendingCall = {
        method,
        request,
        nature,
        timeoutMs,
        signal,
        mayGo: options.mayGo,
        decode,
        resolve: resolve as (value: unknown) => void,
        reject,
        phase: "queued",
        inFlight: false,
        cancelTimer: () => {},
        onAbort: undefined,
      };
      if (!this.#queue.add(call, options.urgent ?? false)) {
        return reject(callError("ksc.queue_full", method, `${this.#settings.queueMax} calls wait already`, "not_sent"));
      }
      call.cancelTimer = this.#clock.after(timeoutMs, () => this.#onTimeout(call));
      if (signal !== undefined) {
        call.onAbort = () => this.#onAbort(call, signal);
        signal.addEventListener("abort", call.onAbort, { once: true });
      }
      if (!this.#running) void this.#work();
    });
  }

  /** Takes the waiting calls one after the other until none is left. Never throws: each call gets its own outcome. */
  async #work(): Promise<void> {
    this.#running = true;
    for (let call = this.#queue.next(); call !== undefined; call = this.#queue.next()) {
      const current = call;
      try {
        const value = await this.#perform(current);
        this.#settle(current, () => current.resolve(value));
      } catch (error) {
        this.#settle(current, () => current.reject(error));
      }
      current.cancelTimer();
      this.#lastUsedMs = this.#clock.monotonicMs();
    }
    this.#running = false;
  }

  async #perform(call: PendingCall): Promise<unknown> {
    let relogins = 0;
    let repeats = 0;
    for (;;) {
      if (!this.#isLoggedIn()) {
        call.phase = "login";
        call.inFlight = false;
        await this.#login();
      }
      // Nobody waits for it any more (it ran out of time while logging in): it must not be sent.
      if (!isUnsettled(call)) return undefined;
      call.phase = "sent";
      call.inFlight = true;
      try {
        const value = call.decode(await this.#send(call.request, call.mayGo));
        this.#onProved();
        return value;
      } catch (error) {
        if (error instanceof NotSentError) throw callError("agent.not_acting", call.method, error.message, "not_sent");
        if (error instanceof ExchangeError) {
          // A connection that KSC closed while it idled fails at the next request: a read is simply sent again, once.
          if (call.nature === "reads" && error.reusedSocket && repeats === 0 && this.#mayGoOn(call)) {
            repeats += 1;
            continue;
          }
          throw callError("ksc.answer_lost", call.method, error.message, error.delivery, error);
        }
        if (!isSessionEnd(error)) {
          if (error instanceof AppError && "kscCode" in error.details) this.#onProved();
          throw error;
        }
        const useless = !this.#proved;
        this.#forgetLogin();
        if (useless) this.#account.gate.useless(error);
        if (relogins > 0 || useless || !this.#mayGoOn(call)) {
          throw callError(
            "ksc.session_lost",
            call.method,
            `KSC does not accept the session (${error.message})`,
            "not_sent",
            error,
          );
        }
        relogins += 1;
        this.#logger.info("ksc.relogin", { method: call.method, code: error.code });
      }
    }
  }

  #isLoggedIn(): boolean {
    if (this.#settings.loginMode === "token") return this.#token !== undefined;
    return this.#loginGeneration === this.#connection.generation && this.#connection.isOpen;
  }

  #send(request: HttpRequest, mayGo?: () => boolean): Promise<HttpReply> {
    const headers: Record<string, string> = { ...request.headers };
    if (request.verb === "POST") headers["content-type"] = "application/json";
    if (this.#token !== undefined) headers["x-ksc-session"] = this.#token;
    return this.#connection.exchange({ ...request, headers }, mayGo);
  }

  async #login(): Promise<void> {
    this.#forgetLogin();
    const mode = this.#settings.loginMode;
    const method = mode === "token" ? "Session.StartSession" : "login";
    try {
      await this.#account.login(async (authorization) => {
        const headers = { authorization, ...virtualServerHeader(this.#settings.virtualServer) };
        let timedOut = false;
        const cancelTimer = this.#clock.after(this.#settings.timeoutMs, () => {
          timedOut = true;
          this.#connection.abort(new Error(`no answer within ${this.#settings.timeoutMs} ms`));
        });
        try {
          const reply = await this.#send({ verb: "POST", path: PATH + method, headers, body: "{}" });
          const token = decodeLogin(method, reply, mode);
          if (mode === "token") this.#token = token;
          else this.#loginGeneration = this.#connection.generation;
        } catch (error) {
          if (!(error instanceof ExchangeError)) throw error;
          throw callError(timedOut ? "ksc.timeout" : "ksc.unreachable", method, error.message, error.delivery, error);
        } finally {
          cancelTimer();
        }
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#logger.warn("ksc.login", { outcome: "failed", code: error.code });
      throw asNotSent(error, "");
    }
    this.#logger.debug("ksc.login", { outcome: "ok", mode });
    this.#schedulePing();
  }

  #forgetLogin(): void {
    this.#token = undefined;
    this.#loginGeneration = undefined;
    this.#proved = false;
  }

  #onProved(): void {
    if (this.#proved) return;
    this.#proved = true;
    this.#account.gate.proved();
  }

  #mayGoOn(call: PendingCall): boolean {
    return !this.#closed && isUnsettled(call);
  }

  #onTimeout(call: PendingCall): void {
    if (call.phase === "queued") this.#queue.remove(call);
    const delivery = call.phase === "sent" ? "unknown" : "not_sent";
    this.#settle(call, () =>
      call.reject(callError("ksc.timeout", call.method, `no answer within ${call.timeoutMs} ms`, delivery)),
    );
    // The answer may still come; it must not be taken for that of the next call.
    if (call.inFlight) this.#connection.abort(new Error("the call ran out of time"));
  }

  /** The caller leaves at once; a request that is under way keeps its connection until it is answered or runs out of time. */
  #onAbort(call: PendingCall, signal: AbortSignal): void {
    if (call.phase === "queued") this.#queue.remove(call);
    const lost = call.phase === "sent" && call.nature === "changes";
    this.#settle(call, () =>
      call.reject(
        lost
          ? callError("ksc.answer_lost", call.method, "given up before its answer came", "unknown", signal.reason)
          : signal.reason,
      ),
    );
  }

  #settle(call: PendingCall, tell: () => void): void {
    if (!isUnsettled(call)) return;
    call.phase = "settled";
    if (!call.inFlight) call.cancelTimer();
    if (call.onAbort !== undefined) call.signal?.removeEventListener("abort", call.onAbort);
    tell();
  }

  /** One timer per period keeps an idle session alive and costs a busy one nothing. */
  #schedulePing(afterMs = this.#settings.idlePingMs): void {
    this.#cancelPing?.();
    if (this.#settings.endsSilently === true) return;
    this.#cancelPing = this.#clock.after(afterMs, () => {
      if (this.#closed || !this.#isLoggedIn()) return;
      const idleMs = this.#running ? 0 : this.#clock.monotonicMs() - this.#lastUsedMs;
      if (idleMs < this.#settings.idlePingMs) this.#schedulePing(this.#settings.idlePingMs - idleMs);
      else void this.#ping();
    });
  }

  async #ping(): Promise<void> {
    try {
      await this.call("Session.Ping", {}, "reads", () => {});
    } catch (error) {
      this.#logger.warn("ksc.ping", {
        outcome: "failed",
        error: error instanceof AppError ? error.code : String(error),
      });
    }
    if (!this.#closed && this.#isLoggedIn()) this.#schedulePing();
  }
}

function isUnsettled(call: PendingCall): boolean {
  return call.phase !== "settled";
}

function decodeFile(reply: HttpReply): Buffer {
  if (reply.status === 200 || reply.status === 206) return reply.body;
  decodeReply("GET", reply);
  return reply.body;
}

function closedError(method: string): AppError {
  return callError("ksc.unreachable", method, "the client is closed", "not_sent");
}
