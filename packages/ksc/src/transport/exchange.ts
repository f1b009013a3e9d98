import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import type { Delivery } from "../errors/delivery.ts";

export interface HttpRequest {
  readonly verb: "POST" | "GET";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
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

export interface ExchangeDeps {
  readonly replyBytesMax: number;
  readonly mayGo: (() => boolean) | undefined;
  /** It has its connection; true: another request went over it before. */
  readonly onSocket: () => boolean;
  /** Nothing more comes of it. */
  readonly onEnd: () => void;
  readonly resolve: (reply: HttpReply) => void;
  readonly reject: (cause: unknown) => void;
}

/** One request and its answer, as the HTTP client reports them: never sent twice, and settled once. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #deps: ExchangeDeps;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #reusedSocket = false;
  #givenUp: Error | undefined;
  #settled = false;
  #bytes = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
  }

  /** With its connection, when it has one. */
  giveUp(cause: Error): void {
    this.#givenUp = cause;
    if (this.#controller === undefined) this.#fail(cause);
    else this.#controller.abort(cause);
  }

  /** There is a connection, its certificate was judged, and nothing is written before this returns. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const problem = this.#mayBegin();
    if (problem !== undefined) {
      controller.abort(problem);
      return;
    }
    this.#controller = controller;
    this.#reusedSocket = this.#deps.onSocket();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { replyBytesMax } = this.#deps;
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes > replyBytesMax) {
      controller.abort(new Error(`the answer is larger than ${replyBytesMax} bytes`));
    }
  }

  onResponseEnd(): void {
    if (!this.#end()) return;
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#deps.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** From the moment the request has a verified connection, bytes may have left: only before it is the answer "no" sure. */
  #fail(cause: Error): void {
    if (!this.#end()) return;
    const isSent = this.#controller !== undefined;
    this.#deps.reject(isSent ? new ExchangeError(cause, "unknown", this.#reusedSocket) : cause);
  }

  #mayBegin(): Error | undefined {
    if (this.#givenUp !== undefined) return this.#givenUp;
    // The client begins a request anew when its connection ended for a reason of its own: it may have arrived.
    if (this.#controller !== undefined) return new Error("the connection ended");
    return this.#deps.mayGo?.() === false ? new NotSentError("it may not be sent any more") : undefined;
  }

  #end(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#deps.onEnd();
    return true;
  }
}
