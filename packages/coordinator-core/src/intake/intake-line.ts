import { AppError, type TenantId } from "@cordon/core/kernel";
import type { IngestAnswer, RejectedEvent } from "./ingest-types.ts";
import type { MatchedEvent } from "./plan-batch.ts";

/** What one transaction may take as a whole. */
export interface Waiting {
  readonly events: readonly MatchedEvent[];
  readonly rejected: readonly RejectedEvent[];
  readonly bytes: number;
}

export type StoredAnswer = Extract<IngestAnswer, { kind: "stored" }>;

interface Entry {
  readonly request: Waiting;
  readonly resolve: (answer: StoredAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export interface IntakeLine {
  add(tenantId: TenantId, request: Waiting): Promise<StoredAnswer>;
  /** Taken in and not yet answered. */
  waiting(): { readonly events: number; readonly bytes: number };
  /** Resolves when everything has been answered. */
  idle(): Promise<void>;
}

/** Where requests wait for their transaction: one at a time per tenant, so many over all, tenants in turn [D7]. */
export function createIntakeLine(options: {
  readonly commitsMax: number;
  readonly batchEventsMax: number;
  /** Answers in the order of the requests; an error is that request's alone. */
  readonly commit: (tenantId: TenantId, requests: readonly Waiting[]) => Promise<readonly (StoredAnswer | AppError)[]>;
}): IntakeLine {
  /** Tenants with waiting requests, the next first: a Map keeps the order of insertion. */
  const lines = new Map<TenantId, Entry[]>();
  const busy = new Set<TenantId>();
  const idlers: (() => void)[] = [];
  let events = 0;
  let bytes = 0;

  const pump = (): void => {
    for (const [tenantId, line] of lines) {
      if (busy.size >= options.commitsMax) return;
      if (busy.has(tenantId)) continue;
      // Takes its place at the end of the turn when something is left.
      lines.delete(tenantId);
      const batch = takeBatch(line, options.batchEventsMax);
      if (line.length > 0) lines.set(tenantId, line);
      busy.add(tenantId);
      void run(tenantId, batch);
    }
  };

  const run = async (tenantId: TenantId, batch: readonly Entry[]): Promise<void> => {
    try {
      const answers = await options.commit(
        tenantId,
        batch.map(({ request }) => request),
      );
      for (const [index, entry] of batch.entries()) {
        const answer = answers[index];
        if (answer instanceof AppError || answer === undefined) entry.reject(answer);
        else entry.resolve(answer);
      }
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
    for (const { request } of batch) {
      events -= countOf(request);
      bytes -= request.bytes;
    }
    busy.delete(tenantId);
    pump();
    if (busy.size === 0) for (const wake of idlers.splice(0)) wake();
  };

  return {
    add: (tenantId, request) =>
      new Promise((resolve, reject) => {
        const line = lines.get(tenantId) ?? [];
        line.push({ request, resolve, reject });
        lines.set(tenantId, line);
        events += countOf(request);
        bytes += request.bytes;
        pump();
      }),
    waiting: () => ({ events, bytes }),
    idle: () => (busy.size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}

function takeBatch(line: Entry[], eventsMax: number): readonly Entry[] {
  let events = 0;
  let entries = 0;
  for (const { request } of line) {
    if (entries > 0 && events + countOf(request) > eventsMax) break;
    events += countOf(request);
    entries++;
  }
  return line.splice(0, entries);
}

function countOf({ events, rejected }: Waiting): number {
  return events.length + rejected.length;
}
