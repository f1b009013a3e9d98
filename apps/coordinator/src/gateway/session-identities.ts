import type { Agent, AgentStore, Enrolment } from "@cordon/coordinator-core";
import { asAppError, errorSpec, type Logger } from "@cordon/core/kernel";
import type { Bundle } from "@cordon/identity";
import type { RenewalAnswer, TrustApplied, TrustBundle } from "@cordon/protocol";
import type { Session } from "./live-session.ts";

/** What a session carries of certificates and of whom to trust. */
export interface SessionIdentities {
  /** A session was welcomed: it is told whom to trust. */
  connected(session: Session): void;
  renew(agent: Agent, csr: string): Promise<Omit<RenewalAnswer, "kind">>;
  trustApplied(agent: Agent, applied: TrustApplied): Promise<void>;
}

export function createSessionIdentities(deps: {
  readonly enrolment: Pick<Enrolment, "renew">;
  readonly store: Pick<AgentStore, "confirmTrust">;
  readonly bundle: () => Bundle;
  readonly logger: Logger;
}): SessionIdentities {
  const { enrolment, store, logger } = deps;
  return {
    connected: (session) => void session.send(trustBundle(deps.bundle())),
    async renew(agent, csr) {
      const { tenantId, siteId, agentId } = agent;
      try {
        const answer = await enrolment.renew(agent, csr);
        if (answer.kind === "renewed") {
          logger.info("agent.renew", { tenantId, siteId, agentId, expiresAt: answer.expiresAt });
          return { certificate: answer.certificatePem };
        }
        logger.warn("agent.renew", { tenantId, siteId, agentId, code: answer.code });
        return { problem: { code: answer.code, message: errorSpec(answer.code).text } };
      } catch (thrown) {
        const { code, spec } = asAppError(thrown);
        logger.warn("agent.renew", { tenantId, siteId, agentId, code });
        // The session goes on: the agent asks again.
        return { problem: { code, message: spec.text } };
      }
    },
    async trustApplied({ tenantId, siteId, agentId }, { version, problem }) {
      if (problem !== undefined) logger.warn("agent.trust", { tenantId, siteId, agentId, version, ...problem });
      await store.confirmTrust(tenantId, agentId, version);
    },
  };
}

export function trustBundle({ version, roots, recoverySequence, renewIssuedBefore }: Bundle): TrustBundle {
  const before = renewIssuedBefore === undefined ? {} : { renewIssuedBefore };
  return { kind: "trustBundle", version, roots, recoverySequence, ...before };
}
