import { openLedgerReader } from "@cordon/agent-store";
import type { ActionArgs } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import {
  AppError,
  addMs,
  type EndpointId,
  type EpochMs,
  silentLogger,
  systemClock,
  systemRandom,
} from "@cordon/core/kernel";
import { decide, type PolicyDecision, type SendHistory, type SitePolicy } from "@cordon/core/site-policy";
import { buildEdr } from "../build-edr.ts";
import type { AgentConfig } from "../config/index.ts";

export interface PolicyTest {
  readonly endpoint: Endpoint;
  readonly decision: PolicyDecision;
}

/** What the policy would say of this action on this endpoint, by what KSC and the ledger know now. Sends nothing. */
export async function testPolicy(
  config: AgentConfig,
  policy: SitePolicy,
  question: { readonly spec: ActionArgs; readonly endpoint: string; readonly at: EpochMs; readonly deadlineMs: number },
): Promise<PolicyTest> {
  const { spec, at } = question;
  const endpoint = await findEndpoint(config, question.endpoint);
  const order = { endpointId: endpoint.endpointId, spec, deadline: addMs(at, question.deadlineMs) };
  const sends = sendsInLedger(config, policy, at);
  return { endpoint, decision: decide(policy, { order, endpoint, renewal: false, now: at, sends }) };
}

async function findEndpoint(config: AgentConfig, wanted: string): Promise<Endpoint> {
  const edr = buildEdr(
    { ...config, ksc: { ...config.ksc, sessions: 1 } },
    { clock: systemClock, random: systemRandom, logger: silentLogger },
  );
  try {
    const signal = AbortSignal.timeout(config.ksc.timeoutSeconds * 1_000);
    for (const by of ["hostId", "fqdn", "name"] as const) {
      const found = await edr.findEndpoints(by, wanted, signal);
      if (found.length > 1) {
        const ids = found.map(({ endpointId }) => endpointId).join(", ");
        throw new AppError("endpoint.ambiguous", `${wanted} is ${found.length} hosts: ${ids}`);
      }
      if (found[0] !== undefined) return found[0];
    }
  } finally {
    await edr.close();
  }
  throw new AppError("endpoint.not_found", `KSC knows no host with the id or the name ${wanted}`);
}

function sendsInLedger(config: AgentConfig, policy: SitePolicy, now: EpochMs): SendHistory {
  const longestMs = Math.max(0, ...policy.caps.map(({ windowMs }) => windowMs));
  const reader = longestMs === 0 ? undefined : openLedgerReader(config.stateDir);
  const sent = reader?.sentSince(addMs(now, -longestMs)) ?? [];
  reader?.close();
  return {
    timesOf: (cap, endpointId: EndpointId) =>
      sent
        .filter(({ kind, at }) => cap.kinds.includes(kind) && at > now - cap.windowMs)
        .filter((one) => cap.per === "site" || one.endpointId === endpointId)
        .map(({ at }) => at)
        .sort((left, right) => left - right),
  };
}
