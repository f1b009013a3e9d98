import type { CancelVerdict, OfferVerdict, ReleaseVerdict, SiteLink } from "@cordon/coordinator-core";
import type { ActionOrder } from "@cordon/core/action";
import { type ActionId, AppError, type Clock, type EpochMs } from "@cordon/core/kernel";
import type { AgentSession, CancelResult, Receipt, ReleaseResult, ToAgent } from "@cordon/protocol";

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
  /** The session is gone: everything that waits rejects with `site.offline`. */
  lost(): void;
}

export function createSessionLink<Identity>(session: AgentSession<Identity>, clock: Clock): SessionLink {
  const offers = new Map<ActionId, Waiting<OfferVerdict>>();
  const cancels = new Map<ActionId, Waiting<CancelVerdict>>();
  const releases = new Map<ActionId, Waiting<ReleaseVerdict>>();

  function ask<Answer>(waiting: Map<ActionId, Waiting<Answer>>, id: ActionId, message: ToAgent): Promise<Answer> {
    const asked = waiting.get(id);
    if (asked) return asked.promise;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const done = () => {
      stopTimer();
      waiting.delete(id);
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
    void sendWhenRoom(session, message, () => waiting.get(id) === entry).then((sent) => {
      if (!sent && waiting.get(id) === entry) entry.fail(offline(session, "the session is closed"));
    });
    return promise;
  }

  return {
    epoch: session.welcome.epoch,
    offer: (order: ActionOrder, firstOfferedAt?: EpochMs) =>
      ask(offers, order.actionId, {
        kind: "offer",
        order,
        epoch: session.welcome.epoch,
        ...(firstOfferedAt === undefined ? {} : { firstOfferedAt }),
      }),
    cancel: (actionId, reason) => ask(cancels, actionId, { kind: "cancel", actionId, reason }),
    release: (actionId, reason) => ask(releases, actionId, { kind: "release", actionId, reason }),
    onReceipt: ({ actionId, verdict }) => offers.get(actionId)?.settle(verdict),
    onCancelResult: ({ actionId, outcome, state }) =>
      cancels.get(actionId)?.settle({ outcome, ...(state === undefined ? {} : { state }) }),
    onReleaseResult: ({ actionId, kind: _kind, ...verdict }) => releases.get(actionId)?.settle(verdict),
    lost: () => {
      for (const waiting of [...offers.values(), ...cancels.values(), ...releases.values()]) {
        waiting.fail(offline(session, "the session was lost"));
      }
    },
  };
}

/** True when it was handed to the socket. A congested peer is waited for, as long as the question stands. */
async function sendWhenRoom<Identity>(
  session: AgentSession<Identity>,
  message: ToAgent,
  stillWanted: () => boolean,
): Promise<boolean> {
  while (stillWanted()) {
    const outcome = session.send(message);
    if (outcome !== "congested") return outcome === "sent";
    await session.drained();
  }
  return false;
}

function offline<Identity>(session: AgentSession<Identity>, why: string): AppError {
  return new AppError("site.offline", `${session.siteId}, session ${session.sessionId}: ${why}`);
}
