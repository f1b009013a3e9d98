import type { TLSSocket } from "node:tls";
import type { Clock } from "@cordon/core/kernel";
import type { buildConnector } from "undici";
import Client from "undici/lib/dispatcher/client.js";
import { Exchange, type HttpReply, type HttpRequest } from "./exchange.ts";
import { type Address, openVerifiedSocket } from "./open-socket.ts";

/** Longer than any server keeps a connection: the server ends it, or its hint in an answer does. */
const KEEP_ALIVE_MS = 86_400_000;
/** The origin that the client wants; where it connects to is decided below, and the host header is our own. */
const ORIGIN = "https://ksc";

/**
 * One TLS connection that carries one request at a time, opened when needed. The login of mode A belongs to the TCP
 * connection, so `generation` tells its user which one is open now.
 *
 * On undici: a request over it costs less than half of what one over `node:http` does.
 */
export class KscConnection {
  readonly #client: Client;
  readonly #hostHeader: string;
  readonly #replyBytesMax: number;
  #current: Exchange | undefined;
  #open: TLSSocket | undefined;
  #generation = 0;
  /** Requests that were begun on the connection that is open now. */
  #begun = 0;

  constructor(address: Address & { readonly replyBytesMax: number }, clock: Clock) {
    const connect = (_options: unknown, done: buildConnector.Callback): void => {
      openVerifiedSocket(address, clock).then(
        (socket) => {
          this.#generation += 1;
          this.#begun = 0;
          this.#open = socket;
          done(null, socket);
        },
        (error: Error) => done(error, null),
      );
    };
    // The times a call may take are its session's business.
    const times = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };
    this.#client = new Client(ORIGIN, { connect, pipelining: 1, allowH2: false, ...times });
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    this.#hostHeader = `${host}:${address.port}`;
    this.#replyBytesMax = address.replyBytesMax;
  }

  /** Counts the connections opened so far; 0 before the first. */
  get generation(): number {
    return this.#generation;
  }

  get isOpen(): boolean {
    return this.#open !== undefined && !this.#open.destroyed;
  }

  /**
   * Rejects with an `ExchangeError`, or with the AppError of a connection that could not be opened. `mayGo` is asked when there is
   * a connection and no byte has left: false rejects with a `NotSentError`.
   */
  exchange(call: HttpRequest, mayGo?: () => boolean): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange({
        replyBytesMax: this.#replyBytesMax,
        mayGo,
        onSocket: () => this.#begun++ > 0,
        onEnd: () => {
          if (this.#current === exchange) this.#current = undefined;
        },
        resolve,
        reject,
      });
      this.#current = exchange;
      const headers = { host: this.#hostHeader, ...call.headers };
      const body = call.verb === "POST" ? call.body : null;
      this.#client.dispatch({ method: call.verb, path: call.path, headers, body }, exchange);
    });
  }

  /** Gives up the request that is under way, if any, with its connection: nothing else may be sent on it. */
  abort(cause: Error): void {
    this.#current?.giveUp(cause);
  }

  destroy(): void {
    void this.#client.destroy();
  }
}
