import type { EndpointId } from "@cordon/core/kernel";
import { awaitAction } from "../api/async-actions.ts";
import { createHostGroup } from "../api/host-group.ts";
import type { EdrContext } from "./context.ts";

/** Hosts of one request. */
const HOSTS_PER_SYNC = 100;

/**
 * See port `Edr.syncHosts`. Each action is awaited: KSC closes the connection of a session that leaves too many results behind
 * (kaspersky.md 4.13). Throws `ksc.refused` when KSC says that one failed.
 */
export async function syncHostsNow(
  context: EdrContext,
  ids: readonly EndpointId[],
  signal: AbortSignal,
): Promise<void> {
  const session = context.client.session();
  for (let start = 0; start < ids.length; start += HOSTS_PER_SYNC) {
    const group = ids.slice(start, start + HOSTS_PER_SYNC);
    const action = await createHostGroup(session).addHostsForSync(group, context.settings.syncStorage, { signal });
    await awaitAction(session, action, context.clock, signal);
  }
}
