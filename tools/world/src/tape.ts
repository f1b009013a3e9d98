import type { SentOrder } from "@cordon/agent-core";
import type { EpochMs } from "@cordon/core/kernel";

/** One request of ours on its way to KSC: what was known when it was sent, and what became of it. Times are the storm's. */
export interface Send {
  readonly order: SentOrder;
  readonly sentAtMs: number;
  /** The agent's wall clock when it sent. */
  readonly agentNow: EpochMs;
  /** Per endpoint, when what the agent's book says of its tasks was read at KSC; empty for a process that never looked. */
  readonly lookedAtMs: ReadonlyMap<string, number>;
  /** How often the ledger had been lost or restored before. */
  readonly ledgerLife: number;
  arrivedAtMs?: number;
  incidentId?: number;
}

/** What the invariants need to know beside the world's own truth. */
export interface Tape {
  sends(order: SentOrder, agentNow: EpochMs): { arrives(): void; stored(incidentId: number): void };
  /** What the incident was stored for, as its body tells; undefined for one that is not ours. */
  sentAs(incidentId: number): SentOrder | undefined;
  /** An answer with an endpoint's tasks has come; they were read then. */
  looked(host: string, readAtMs: number): void;
  /** The agent has taken it into its book. */
  learnt(host: string): void;
  /** A new process knows nothing until it looks. */
  processStarts(ledger: "kept" | "restored" | "lost"): void;
  readonly all: readonly Send[];
  /** When the ledger was replaced by an older copy, or by nothing. */
  readonly forgotAtMs: readonly number[];
}

export function createTape(elapsedMs: () => number): Tape {
  const all: Send[] = [];
  const forgotAtMs: number[] = [];
  const byIncident = new Map<number, SentOrder>();
  const answers = new Map<string, number>();
  let lookedAtMs = new Map<string, number>();
  return {
    all,
    forgotAtMs,
    sends(order, agentNow) {
      const send: Send = {
        order,
        sentAtMs: elapsedMs(),
        agentNow,
        lookedAtMs: new Map(lookedAtMs),
        ledgerLife: forgotAtMs.length,
      };
      all.push(send);
      return {
        arrives: () => {
          send.arrivedAtMs = elapsedMs();
        },
        stored: (incidentId) => {
          send.incidentId = incidentId;
          byIncident.set(incidentId, order);
        },
      };
    },
    sentAs: (incidentId) => byIncident.get(incidentId),
    looked(host, readAtMs) {
      answers.set(host, readAtMs);
    },
    learnt(host) {
      const readAtMs = answers.get(host);
      if (readAtMs !== undefined) lookedAtMs.set(host, readAtMs);
    },
    processStarts(ledger) {
      lookedAtMs = new Map();
      if (ledger !== "kept") forgotAtMs.push(elapsedMs());
    },
  };
}
