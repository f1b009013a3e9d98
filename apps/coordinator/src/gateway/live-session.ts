import type { Agent, SessionRef, UpdateLink } from "@cordon/coordinator-core";
import type { Clock, Logger } from "@cordon/core/kernel";
import type { AgentSession } from "@cordon/protocol";
import type { OrderSigner } from "../signer/order-signer.ts";
import { createOrderLine } from "./order-line.ts";
import { createSessionLink, type SessionLink } from "./session-link.ts";

export type Session = AgentSession<Agent>;

/** One welcomed session of this process. */
export interface Live {
  readonly session: Session;
  readonly ref: SessionRef;
  readonly link: SessionLink;
  readonly updates: UpdateLink;
  /** What came in is applied one after another: a status batch that overtook an older one would make that one count as seen. */
  tail: Promise<void>;
  /** When its agent was heard last, by the monotonic clock. */
  heardMs: number;
  /** When the last write to the record began that says it is the site's active session. */
  vouchedMs: number;
}

export function liveSession(
  session: Session,
  beganMs: number,
  deps: { readonly clock: Clock; readonly signer: Pick<OrderSigner, "sign">; readonly logger: Logger },
): Live {
  const { clock, signer, logger } = deps;
  const { tenantId, siteId, agentId } = session.identity;
  const { epoch, role } = session.welcome;
  const signed = { tenantId, siteId, agentId, epoch };
  const orders = createOrderLine({ way: session, signer, session: signed, logger });
  return {
    session,
    ref: { tenantId, siteId, agentId, ledgerId: session.hello.ledgerId, role, epoch },
    link: createSessionLink(session, clock, orders),
    // A congested or closed session is offered it again later.
    updates: { offer: (offer) => session.send({ kind: "updateOffer", ...offer }) === "sent" },
    tail: Promise.resolve(),
    heardMs: clock.monotonicMs(),
    vouchedMs: beganMs,
  };
}
