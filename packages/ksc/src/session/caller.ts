import type { ReplyReader } from "../values/reply-schemas.ts";
import type { KscArgs } from "../values/wire-types.ts";

export interface CallOptions {
  /** Gives up: rejects with the signal's reason, or with `ksc.answer_lost` when a call that changes something was already sent. */
  readonly signal?: AbortSignal | undefined;
  /** From the call to its answer, waiting for its turn and a login included; the client's default otherwise. */
  readonly timeoutMs?: number | undefined;
  /**
   * Asked when the request has its connection and its login, right before its first byte: false rejects with
   * `agent.not_acting`, and nothing was sent.
   */
  readonly mayGo?: (() => boolean) | undefined;
  /** Goes before the calls that wait [D7]. */
  readonly urgent?: boolean | undefined;
}

/** `changes`: a second run of the call may do something twice, so it is never repeated after a lost answer. */
export type CallNature = "reads" | "changes";

/** What the typed classes are built on: one session, or the least busy of several. */
export interface KscCaller {
  /** `method` is `Class.Method`. Throws AppErrors with `ksc.*` codes; `deliveryOf(error)` tells whether it was sent. */
  call<T>(method: string, args: KscArgs, nature: CallNature, read: ReplyReader<T>, options?: CallOptions): Promise<T>;
}

/** Always the same session: accessors, iterators and asynchronous actions belong to the one that opened them. */
export interface KscSessionCaller extends KscCaller {
  /** Fetches a file that a call named (kaspersky.md 4.16). */
  download(path: string, options?: CallOptions): Promise<Buffer>;
}
