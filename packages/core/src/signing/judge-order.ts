import type { AgentId, EpochMs, ErrorCode, SiteId, TenantId } from "../kernel/index.ts";

/** To whom an order is, and when. */
export interface OrderHead {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
  readonly epoch: number;
  readonly sequence: number;
  readonly notAfter: EpochMs;
}

export interface Addressee {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly agentId: AgentId;
}

/** The last order that was taken, as the ledger keeps it. */
export interface OrderMark {
  readonly epoch: number;
  readonly sequence: number;
}

export const NO_ORDER: OrderMark = { epoch: 0, sequence: 0 };

export interface OrderRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Whether an order with a good signature is taken [O2-O5]. Undefined: it is, and `(epoch, sequence)` is the new mark. What a refusal
 * says goes back over the wire, so it tells nothing that its sender does not know.
 */
export function judgeOrder(
  head: OrderHead,
  facts: {
    readonly addressee: Addressee;
    readonly sessionEpoch: number;
    readonly mark: OrderMark;
    readonly now: EpochMs;
  },
): OrderRefusal | undefined {
  const { addressee, sessionEpoch, mark, now } = facts;
  if (head.tenantId !== addressee.tenantId || head.siteId !== addressee.siteId || head.agentId !== addressee.agentId) {
    return { code: "order.not_addressed", message: "the order is for another agent" };
  }
  if (head.epoch !== sessionEpoch || head.epoch < mark.epoch) {
    return { code: "order.stale_epoch", message: `the order has epoch ${head.epoch}` };
  }
  if (head.epoch === mark.epoch && head.sequence <= mark.sequence) {
    return { code: "order.replayed", message: `the order has number ${head.sequence}` };
  }
  if (head.notAfter < now) return { code: "order.overdue", message: "the order was to be taken earlier" };
  return undefined;
}
