import { type ActionId, AppError, type Clock, type ErrorCode, type Logger } from "@cordon/core/kernel";
import {
  type Addressee,
  judgeOrder,
  type OrderHead,
  type OrderKeyList,
  type OrderRefusal,
  type SignedBytes,
} from "@cordon/core/signing";
import type { SiteLedger } from "./site-ledger.ts";
import type { FromCoordinator, Session } from "./uplink.ts";

/** What an order's payload says, when its signature is good. */
export interface SignedWord extends OrderHead {
  readonly body:
    | Extract<FromCoordinator, { kind: "offer" | "cancel" | "release" | "evidenceRequest" }>
    | ({ readonly kind: "orderKeys" } & OrderKeyList)
    /** It names an action that it does not let be taken. */
    | {
        readonly kind: "refusedOffer";
        readonly actionId: ActionId;
        readonly code: ErrorCode;
        readonly message: string;
      };
}

/** The keys that this agent holds. */
export interface OrderTrust {
  /** 0 = none. */
  readonly version: number;
  verify(signed: SignedBytes): "good" | "unknown_key" | "bad_signature";
  /** [O6] On disk when it returns. Throws `order.bad_keys`. */
  replace(list: OrderKeyList): void;
}

export interface OrderDeps {
  readonly addressee: Addressee;
  readonly trust: OrderTrust;
  /** Throws `wire.bad_frame` for what is no order. */
  readonly decode: (payload: Uint8Array) => SignedWord;
}

/** What may go on to the agent's use cases; undefined: it was refused, and its sender told. */
export type OrderGate = (session: Session, signed: SignedBytes) => SignedWord["body"] | undefined;

/** Orders that were refused since the agent started, by why. */
export type RefusedOrders = Readonly<Partial<Record<ErrorCode, number>>>;

/**
 * [S8] The one way by which something with an effect reaches this agent. All of it happens in one turn of the event loop, together
 * with what the order then changes in the ledger: so the mark is in the same transaction [O4].
 */
export function createOrderGate(deps: {
  readonly orders: OrderDeps | undefined;
  readonly ledger: Pick<SiteLedger, "meta" | "setMeta">;
  readonly clock: Clock;
  readonly logger: Logger;
}): { readonly gate: OrderGate; readonly refused: () => RefusedOrders } {
  const { orders, ledger, clock, logger } = deps;
  const counts = new Map<ErrorCode, number>();

  function refuse(session: Session, keyId: string, { code, message }: OrderRefusal, sequence: number): undefined {
    counts.set(code, (counts.get(code) ?? 0) + 1);
    logger.error("security.order_refused", { code, reason: message, keyId, sequence, epoch: session.epoch });
    session.uplink.send({ kind: "orderRefused", sequence, code, message });
    return undefined;
  }

  function gate(session: Session, signed: SignedBytes): SignedWord["body"] | undefined {
    const { keyId } = signed;
    const verdict = orders?.trust.verify(signed) ?? "unknown_key";
    if (orders === undefined || verdict !== "good") return refuse(session, keyId, REFUSED_SIGNATURE[verdict], 0);
    let word: SignedWord;
    try {
      word = orders.decode(signed.payload);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return refuse(session, keyId, { code: "order.malformed", message: thrown.message.slice(0, 200) }, 0);
    }
    const mark = { epoch: ledger.meta.orderEpoch, sequence: ledger.meta.orderSequence };
    const { addressee } = orders;
    const refusal = judgeOrder(word, { addressee, sessionEpoch: session.epoch, mark, now: clock.now() });
    if (refusal !== undefined) return refuse(session, keyId, refusal, word.sequence);
    ledger.setMeta({ orderEpoch: word.epoch, orderSequence: word.sequence });
    return word.body;
  }

  return { gate, refused: () => Object.fromEntries(counts) };
}

const REFUSED_SIGNATURE = {
  good: { code: "order.unknown_key", message: "this agent holds no keys" },
  unknown_key: { code: "order.unknown_key", message: "this agent does not hold the key" },
  bad_signature: { code: "order.bad_signature", message: "the signature does not fit" },
} as const satisfies Record<string, OrderRefusal>;
