import type { CancelVerdict, OfferVerdict, ReleaseVerdict, SiteLink } from "@cordon/coordinator-core";
import { type ActionId, AppError, type Clock } from "@cordon/core/kernel";
import type { AgentSession, CancelResult, OrderRefused, Receipt, ReleaseResult } from "@cordon/protocol";
import type { OrderWish } from "../signer/order-signer.ts";
import type { OrderLine } from "./order-line.ts";

/** An agent answers an offer after one fsync; half a minute is a disk or a peer in trouble. */
export const ANSWER_MS_MAX = 30_000;

interface Waiting<Answer> {
  readonly promise: Promise<Answer>;
  settle(answer: Answer): void;
  fail(error: AppError): void;
}

/**
 * One session as the dispatcher sees it: questions go out as frames, answers come back by action id, in any order. Asking about
 * an action that is being asked about joins the question, so each id waits once.
 */
export interface SessionLink extends SiteLink {
  onReceipt(receipt: Receipt): void;
  onCancelResult(result: CancelResult): void;
  onReleaseResult(result: ReleaseResult): void;
  /** The agent did not take an order: whoever waits for its answer hears why, and asks again. */
  onOrderRefused(refused: OrderRefused): void;
  /** The agent said which list of keys it holds. */
  onKeysHeld(version: number): void;
  /** True when it was handed to the socket. */
  askForEvidence(requestId: string): Promise<boolean>;
  sendKeys(): Promise<boolean>;
  /** The session is gone: everything that waits rejects with `site.offline`. */
  lost(): void;
}

export function createSessionLink<Identity>(
  session: AgentSession<Identity>,
  clock: Clock,
  orders: OrderLine,
): SessionLink {
  const offers = new Map<ActionId, Waiting<OfferVerdict>>();
  const cancels = new Map<ActionId, Waiting<CancelVerdict>>();
  const releases = new Map<ActionId, Waiting<ReleaseVerdict>>();
  /** Orders that were sent and are not answered, by their number. */
  const underWay = new Map<number, { fail(error: AppError): void }>();
  let isLost = false;

  function ask<Answer>(waiting: Map<ActionId, Waiting<Answer>>, id: ActionId, wish: OrderWish): Promise<Answer> {
    const asked = waiting.get(id);
    if (asked) return asked.promise;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let sequence: number | undefined;
    const done = () => {
      stopTimer();
      waiting.delete(id);
      if (sequence !== undefined) underWay.delete(sequence);
    };
    const stopTimer = clock.after(ANSWER_MS_MAX, () => entry.fail(offline(session, "no answer in time")));
    const entry: Waiting<Answer> = {
      promise,
      settle: (answer) => {
        done();
        resolve(answer);
      },
      fail: (error) => {
        done();
        reject(error);
      },
    };
    waiting.set(id, entry);
    const isWanted = () => waiting.get(id) === entry;
    orders.add({
      wish,
      isWanted,
      onSent: (number) => {
        sequence = number;
        underWay.set(number, entry);
      },
      onFailed: (error) => {
        if (isWanted()) entry.fail(error ?? offline(session, "the session is closed"));
      },
    });
    return promise;
  }

  /** What needs no answer here. */
  function say(wish: OrderWish): Promise<boolean> {
    if (isLost) return Promise.resolve(false);
    return new Promise((resolve) => {
      orders.add({
        wish,
        isWanted: () => {
          if (isLost) resolve(false);
          return !isLost;
        },
        onSent: () => resolve(true),
        onFailed: () => resolve(false),
      });
    });
  }

  function everything(): readonly { fail(error: AppError): void }[] {
    return [...offers.values(), ...cancels.values(), ...releases.values()];
  }

  return {
    epoch: session.welcome.epoch,
    offer: (actionId) => ask(offers, actionId, { kind: "offer", actionId }),
    cancel: (actionId, reason) => ask(cancels, actionId, { kind: "cancel", actionId, reason }),
    // Whoever asks has stored why.
    release: (actionId) => ask(releases, actionId, { kind: "release", actionId }),
    askForEvidence: (requestId) => say({ kind: "evidenceRequest", requestId }),
    sendKeys: () => say({ kind: "orderKeys" }),
    onKeysHeld: orders.held,
    onReceipt: ({ actionId, verdict }) => offers.get(actionId)?.settle(verdict),
    onCancelResult: ({ actionId, outcome, state }) =>
      cancels.get(actionId)?.settle({ outcome, ...(state === undefined ? {} : { state }) }),
    onReleaseResult: ({ actionId, kind: _kind, ...verdict }) => releases.get(actionId)?.settle(verdict),
    onOrderRefused: ({ sequence, code, message }) => {
      const error = new AppError(code, message);
      // Of one whose signature was not good the agent believes not even the number.
      if (sequence > 0) underWay.get(sequence)?.fail(error);
      else for (const waiting of everything()) waiting.fail(error);
    },
    lost: () => {
      isLost = true;
      for (const waiting of everything()) waiting.fail(offline(session, "the session was lost"));
    },
  };
}

function offline<Identity>(session: AgentSession<Identity>, why: string): AppError {
  return new AppError("site.offline", `${session.siteId}, session ${session.sessionId}: ${why}`);
}
