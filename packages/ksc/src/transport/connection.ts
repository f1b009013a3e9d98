import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "@cordon/core/kernel";
import type { Delivery } from "../errors/delivery.ts";
import { type Address, openVerifiedSocket } from "./open-socket.ts";

export interface HttpRequest {
  readonly verb: "POST" | "GET";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A request without an answer. `reusedSocket`: it went out on a connection that had idled, which KSC may just have closed. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  readonly delivery: Delivery;
  readonly reusedSocket: boolean;

  constructor(cause: unknown, delivery: Delivery, reusedSocket: boolean) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.delivery = delivery;
    this.reusedSocket = reusedSocket;
  }
}

/** The caller did not let the request go after all. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";
}

/**
 * One TLS connection that carries one request at a time, opened when needed. The login of mode A belongs to the TCP
 * connection, so `generation` tells its user which one is open now.
 */
export class KscConnection {
  readonly #agent: SingleSocketAgent;
  readonly #hostHeader: string;
  readonly #replyBytesMax: number;
  #current: ClientRequest | undefined;

  constructor(address: Address & { readonly replyBytesMax: number }, clock: Clock) {
    this.#agent = new SingleSocketAgent(address, clock);
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    this.#hostHeader = `${host}:${address.port}`;
    this.#replyBytesMax = address.replyBytesMax;
  }

  /** Counts the connections opened so far; 0 before the first. */
  get generation(): number {
    return this.#agent.generation;
  }

  get isOpen(): boolean {
    return this.#agent.isOpen;
  }

  /**
   * Rejects with an `ExchangeError`, or with the AppError of a connection that could not be opened. `mayGo` is asked when there is
   * a connection and no byte has left: false rejects with a `NotSentError`.
   */
  exchange(call: HttpRequest, mayGo?: () => boolean): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      let handedOver = false;
      const outgoing = request({
        agent: this.#agent,
        method: call.verb,
        path: call.path,
        headers: { host: this.#hostHeader, ...call.headers },
        setHost: false,
      });
      this.#current = outgoing;
      const fail = (cause: unknown): void => {
        if (this.#current === outgoing) this.#current = undefined;
        // From the moment the request has a verified connection, bytes may have left: only before it is the answer "no" sure.
        if (handedOver) reject(new ExchangeError(cause, "unknown", outgoing.reusedSocket));
        else reject(cause);
      };
      // Node writes nothing before this event is over.
      outgoing.once("socket", () => {
        if (mayGo === undefined || mayGo()) handedOver = true;
        else outgoing.destroy(new NotSentError("it may not be sent any more"));
      });
      // Not `once`: Node may report one request's failure twice, and an error without a listener ends the process.
      outgoing.on("error", fail);
      outgoing.once("response", (incoming) => {
        this.#collect(incoming, fail, (body) => {
          this.#current = undefined;
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
        });
      });
      outgoing.end(call.body);
    });
  }

  /** Gives up the request that is under way, if any, with its connection: nothing else may be sent on it. */
  abort(cause: Error): void {
    this.#current?.destroy(cause);
  }

  destroy(): void {
    this.#agent.destroy();
  }

  #collect(incoming: IncomingMessage, fail: (cause: unknown) => void, done: (body: Buffer) => void): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > this.#replyBytesMax)
        incoming.destroy(new Error(`the answer is larger than ${this.#replyBytesMax} bytes`));
    });
    incoming.once("error", fail);
    incoming.once("end", () =>
      done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
  }
}

/** Node's keep-alive agent over verified sockets, one at a time. */
class SingleSocketAgent extends Agent {
  readonly #address: Address;
  readonly #clock: Clock;
  #open: Duplex | undefined;
  generation = 0;

  constructor(address: Address, clock: Clock) {
    // No `maxSockets`: beside a socket that was given up but is not closed yet, Node would put the next request into a queue, make a
    // connection for it, and keep it in that queue although the connection failed. The caller sends one request at a time.
    super({ keepAlive: true, maxFreeSockets: 1 });
    this.#address = address;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#open !== undefined && !this.#open.destroyed;
  }

  override createConnection(_options: unknown, done?: (error: Error | null, socket: Duplex) => void): undefined {
    openVerifiedSocket(this.#address, this.#clock).then(
      (socket) => {
        this.generation += 1;
        this.#open = socket;
        done?.(null, socket);
      },
      // Node's signature wants a socket even beside an error; it looks at the error first.
      (error: Error) => done?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}
