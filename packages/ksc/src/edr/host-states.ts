import type { HostState } from "@cordon/agent-core";
import type { EndpointId } from "@cordon/core/kernel";
import * as z from "zod";
import { createHostGroup } from "../api/host-group.ts";
import { anyOf, equals } from "../filter/filter.ts";
import { firstRecords } from "../paging/record-pages.ts";
import { datetime } from "../values/reply-schemas.ts";
import { type EdrContext, pagingIn } from "./context.ts";
import { hostIdOf } from "./host-id.ts";

/** Hosts of one search: a filter of so many ids is some 6 KB, well below what any server takes in one argument. */
const HOSTS_PER_SEARCH = 100;
const FIELDS = ["KLHST_WKS_HOSTNAME", "KLHST_WKS_STATUS", "KLHST_WKS_LAST_VISIBLE"];
const LIFETIME_SECONDS = 120;
/** Network Agent installed and running (kaspersky.md 4.6). */
const AGENT_RUNNING = 0x04 | 0x08;

const hostRecord = z.looseObject({
  KLHST_WKS_HOSTNAME: z.string(),
  KLHST_WKS_STATUS: z.int().catch(0),
  KLHST_WKS_LAST_VISIBLE: datetime.optional().catch(undefined),
});

/** See port `Edr.hostStates`. Three calls per `HOSTS_PER_SEARCH` hosts, one search after the other. */
export async function readHostStates(
  context: EdrContext,
  ids: readonly EndpointId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<EndpointId, HostState>> {
  const states = new Map<EndpointId, HostState>();
  const wanted = [...new Set(ids)];
  for (let start = 0; start < wanted.length; start += HOSTS_PER_SEARCH) {
    const group = wanted.slice(start, start + HOSTS_PER_SEARCH);
    const paging = pagingIn(context, signal);
    const search = {
      filter: anyOf(...group.map((id) => equals("KLHST_WKS_HOSTNAME", id))),
      fields: FIELDS,
      currentServerOnly: true,
      lifetimeSeconds: LIFETIME_SECONDS,
    };
    const open = () => createHostGroup(paging.session).findHosts(search);
    for (const raw of await firstRecords(paging, open, HOSTS_PER_SEARCH)) {
      const host = hostRecord.safeParse(raw);
      const id = host.success ? hostIdOf(host.data.KLHST_WKS_HOSTNAME) : undefined;
      if (!host.success || id === undefined) continue;
      const { KLHST_WKS_STATUS: statusMask, KLHST_WKS_LAST_VISIBLE: lastSeenAt } = host.data;
      const agentRunning = (statusMask & AGENT_RUNNING) === AGENT_RUNNING;
      states.set(id, { statusMask, agentRunning, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) });
    }
  }
  return states;
}
