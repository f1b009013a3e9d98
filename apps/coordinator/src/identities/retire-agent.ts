import type { ActionStore, Agent, Enrolment } from "@cordon/coordinator-core";
import { ACTION_STATES, isSettled } from "@cordon/core/action";
import type { AgentId, TenantId } from "@cordon/core/kernel";

/** What an agent leaves when it is taken out of service for good. */
export interface Decommissioned {
  readonly agent: Agent;
  /** Of its site, that are not revoked. */
  readonly agentsLeft: number;
  /** Of its site, `OPEN_SHOWN_MAX` at most: they wait for another agent, and end by their deadlines. */
  readonly openActions: number;
}

export const OPEN_SHOWN_MAX = 1_000;

export interface RetireAgents {
  revoke(tenantId: TenantId, agentId: AgentId): Promise<boolean>;
  decommission(tenantId: TenantId, agentId: AgentId): Promise<Decommissioned | undefined>;
}

/** Refuses agents from now on: at the record, in their session, in the TLS layer. */
export function createRetireAgents(deps: {
  readonly enrolment: Pick<Enrolment, "revoke" | "listAgents">;
  readonly actions: Pick<ActionStore, "listActions">;
  readonly dropAgent: (agentId: AgentId) => void;
  readonly refreshTls: () => Promise<void>;
}): RetireAgents {
  const { enrolment, actions } = deps;

  async function refuse(tenantId: TenantId, agentId: AgentId, decommission: boolean): Promise<Agent | undefined> {
    const agent = await enrolment.revoke(tenantId, agentId, { decommission });
    if (agent === undefined) return undefined;
    deps.dropAgent(agentId);
    await deps.refreshTls();
    return agent;
  }

  return {
    revoke: async (tenantId, agentId) => (await refuse(tenantId, agentId, false)) !== undefined,
    async decommission(tenantId, agentId) {
      const agent = await refuse(tenantId, agentId, true);
      if (agent === undefined) return undefined;
      const [agents, open] = await Promise.all([
        enrolment.listAgents(tenantId, agent.siteId),
        actions.listActions(tenantId, { siteId: agent.siteId, states: OPEN_STATES, limit: OPEN_SHOWN_MAX }),
      ]);
      const agentsLeft = agents.filter(({ revokedAt }) => revokedAt === undefined).length;
      return { agent, agentsLeft, openActions: open.length };
    },
  };
}

const OPEN_STATES = ACTION_STATES.filter((state) => !isSettled(state));
