import type { ActionOrder } from "@cordon/core/action";
import type { Endpoint } from "@cordon/core/endpoint";
import type { Clock, EndpointId, Logger } from "@cordon/core/kernel";
import {
  type Foundations,
  type HostNames,
  type IsolationRefusal,
  isSameHost,
  refuseIsolation,
} from "@cordon/core/lease";
import { troubleOf } from "../ksc-trouble.ts";
import type { Edr } from "../ports.ts";
import type { SiteWord } from "../site-policy/index.ts";

/** The site's word, with the one thing that no policy can allow [S6]. */
export function withFoundations(site: SiteWord, hosts: FoundationHosts): SiteWord {
  const refusal = (refused: IsolationRefusal | undefined) =>
    refused && ({ kind: "refuse", code: refused.code, reason: refused.message } as const);
  return {
    ...site,
    admit: (order) => refusal(hosts.admit(order)) ?? site.admit(order),
    async beforeSend(entry, signal) {
      const answer = await site.beforeSend(entry, signal);
      return answer.kind === "go" ? (refusal(await hosts.beforeSend(entry.order, signal)) ?? answer) : answer;
    },
  };
}

/** Keeps isolations away from what Cordon and KSC themselves stand on [H1], whoever asks. */
export interface FoundationHosts {
  /** With what is known: at the admission, where KSC is not asked. */
  admit(order: ActionOrder): IsolationRefusal | undefined;
  /** Before the send: KSC is asked who these hosts are, if that is not known. Throws `ksc.*` when KSC as a whole does not answer. */
  beforeSend(order: ActionOrder, signal: AbortSignal): Promise<IsolationRefusal | undefined>;
}

/** Hosts get other addresses and other ids. */
const KNOWN_MS = 60 * 60_000;
/** A machine with more networks than that is asked for by its first ones. */
const ADDRESSES_MAX = 8;

export function createFoundations(deps: {
  readonly edr: Pick<Edr, "serverInfo" | "findEndpoints">;
  readonly host: HostNames;
  readonly clock: Clock;
  readonly logger: Logger;
}): FoundationHosts {
  const { edr, host, clock, logger } = deps;
  let known: { readonly foundations: Foundations; readonly atMs: number } | undefined;

  async function learn(signal: AbortSignal): Promise<Foundations> {
    const { hostId } = await edr.serverInfo(signal);
    const found: Endpoint[] = [];
    const ask = async (by: "fqdn" | "name" | "address", value: string) => {
      found.push(...(await edr.findEndpoints(by, value, signal)));
    };
    if (host.hostName !== "") await ask("name", host.hostName);
    if (host.fqdn !== undefined) await ask("fqdn", host.fqdn);
    for (const address of host.addresses.slice(0, ADDRESSES_MAX)) await ask("address", address);
    const agentHost = [
      ...new Set<EndpointId>(found.filter((one) => isSameHost(one, host)).map((one) => one.endpointId)),
    ];
    const foundations = { kscServer: hostId === undefined ? [] : [hostId], agentHost };
    known = { foundations, atMs: clock.monotonicMs() };
    logger.debug("lease.foundations", { ...foundations });
    return foundations;
  }

  return {
    admit: (order) => (known === undefined ? undefined : refuseIsolation(order, known.foundations)),
    async beforeSend(order, signal) {
      if (order.spec.kind !== "isolateHost") return undefined;
      let foundations = known?.foundations;
      if (known === undefined || clock.monotonicMs() - known.atMs >= KNOWN_MS) {
        try {
          foundations = await learn(signal);
        } catch (thrown) {
          const trouble = troubleOf(thrown);
          if (trouble.reach === "site" || signal.aborted) throw thrown;
          // An account that may not search hosts: an isolation that is not sent is certain harm, so it goes by what is known.
          logger.warn("lease.foundations", { code: trouble.code, reason: trouble.message });
        }
      }
      return foundations === undefined ? undefined : refuseIsolation(order, foundations);
    },
  };
}
