import { factsOf, forecastEndpoint, keepLease, type LedgerEntry } from "@cordon/agent-core";
import { type InventoryReader, type LedgerReader, openInventoryReader, openLedgerReader } from "@cordon/agent-store";
import type { LeaseView } from "@cordon/core/endpoint";
import type { EpochMs } from "@cordon/core/kernel";
import { decideLease } from "@cordon/core/lease";
import { type AgentConfig, settingsOf } from "../config/index.ts";
import { signsOf } from "../live-state.ts";

/** An isolation that this agent holds, with what people call the endpoint. */
export interface HeldLease extends LeaseView {
  /** As KSC names it; absent when the agent's copy of the inventory does not have it. */
  readonly name?: string;
  readonly fqdn?: string;
  /** When it took effect; absent while it has not. */
  readonly since?: EpochMs;
}

export interface HeldLeases {
  /** Whether an agent keeps them up; without one nothing renews them. */
  readonly running: boolean;
  /** It is the site's other agent that acts. */
  readonly standBy: boolean;
  readonly leases: readonly HeldLease[];
}

/** By the word of the running agent where it gave one, else by the ledger's file alone. The next that ends comes first. */
export function readLeases(config: AgentConfig, now: EpochMs): HeldLeases {
  const { running, fresh, live } = signsOf(config.stateDir, now);
  const standBy = running && live?.facts.acting.state === "standby";
  const reader = openLedgerReader(config.stateDir);
  if (reader === undefined) return { running, standBy, leases: [] };
  const inventory = openInventoryReader(config.stateDir);
  try {
    const told = new Map((fresh ? (live?.leases ?? []) : []).map((view) => [view.actionId, view]));
    const leases = reader.openEntries().flatMap((entry): HeldLease[] => {
      if (entry.lease === undefined) return [];
      const view = toldOf(told, entry) ?? viewOf(config, reader, entry, now);
      return [{ ...view, ...sinceOf(entry), ...namesOf(inventory, view) }];
    });
    return { running, standBy, leases: leases.sort((a, b) => endOf(a) - endOf(b)) };
  } finally {
    inventory?.close();
    reader.close();
  }
}

/** Its word is up to a second old; a release that was just asked for stands in the ledger already. */
function toldOf(told: ReadonlyMap<string, LeaseView>, { order, lease }: LedgerEntry): LeaseView | undefined {
  const view = told.get(order.actionId);
  return (view?.released === undefined) === (lease?.released === undefined) ? view : undefined;
}

/** As the agent would decide it, but for KSC's clock, which only a running agent knows. */
function viewOf(config: AgentConfig, reader: LedgerReader, entry: LedgerEntry, now: EpochMs): LeaseView {
  const { actionId, endpointId } = entry.order;
  const { ledger, lease } = settingsOf(config);
  const { classes } = forecastEndpoint(reader, endpointId, now, ledger);
  const freeSlots = classes.find(({ actionClass }) => actionClass === "contain")?.free ?? Number.POSITIVE_INFINITY;
  const facts = factsOf(keepLease(entry, reader.find), {
    freeSlots,
    kscSkewMs: undefined,
    now,
    lifespanMs: ledger.endpoint.lifespanMs,
  });
  return { actionId, endpointId, ...decideLease(facts, now, lease.policy).view, ...releasedOf(entry) };
}

function releasedOf({ lease }: LedgerEntry): Pick<LeaseView, "released"> {
  if (lease?.released === undefined) return {};
  const { steps: _steps, ...released } = lease.released;
  return { released };
}

function sinceOf({ state, endedAt, changedAt }: LedgerEntry): Pick<HeldLease, "since"> {
  return state === "succeeded" ? { since: endedAt ?? changedAt } : {};
}

function namesOf(inventory: InventoryReader | undefined, { endpointId }: LeaseView): Pick<HeldLease, "name" | "fqdn"> {
  const endpoint = inventory?.find(endpointId);
  if (endpoint === undefined) return {};
  const { displayName, fqdn } = endpoint;
  return { name: displayName, ...(fqdn === undefined ? {} : { fqdn }) };
}

function endOf({ endpointEndsAt, agentEndsAt }: LeaseView): number {
  return endpointEndsAt ?? agentEndsAt ?? Number.POSITIVE_INFINITY;
}
