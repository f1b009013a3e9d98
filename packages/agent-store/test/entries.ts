import type { LedgerEntry, StatusRecord } from "@cordon/agent-core";
import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";

export const endpoint = (name: string) => name as EndpointId;
export const action = (name: string) => name as ActionId;

export function entryOf(name: string, patch: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    order: {
      actionId: action(name),
      endpointId: endpoint("host-1"),
      spec: { kind: "isolateHost", durationSeconds: 3_600 },
      deadline: epochMs(2_000),
    },
    state: "delivered",
    admittedAt: epochMs(1_000),
    changedAt: epochMs(1_000),
    evidence: { rung: "none" },
    sends: 0,
    inDoubt: false,
    promoted: false,
    slotFreed: false,
    ...patch,
  };
}

export function statusOf(seq: number, state: StatusRecord["state"] = "submitted"): StatusRecord {
  return { seq, actionId: action(`a${seq}`), state, at: epochMs(seq), detail: { evidence: { rung: "none" } } };
}
