import type { Agent } from "@cordon/coordinator-core";
import type { RenewalAnswer, TrustApplied } from "@cordon/protocol";
import type { Session } from "./live-session.ts";

/** What a session carries of certificates and of whom to trust. */
export interface SessionIdentities {
  /** A session was welcomed: it is told whom to trust. */
  connected(session: Session): void;
  renew(agent: Agent, csr: string): Promise<Omit<RenewalAnswer, "kind">>;
  trustApplied(agent: Agent, applied: TrustApplied): Promise<void>;
}
