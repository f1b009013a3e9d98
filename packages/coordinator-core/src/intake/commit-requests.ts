import type { EndpointMinimums } from "@cordon/core/endpoint";
import { type AppError, asAppError, type Clock, type EventId, type Logger, type TenantId } from "@cordon/core/kernel";
import type { EvaluatedEvent, IngestOutcome, IngestStore, NewQuarantine } from "../ports/ingest-store.ts";
import { type ActionRecord, QUARANTINE_RAW_CHARS_MAX } from "../ports/records.ts";
import type { StoredAnswer, Waiting } from "./intake-line.ts";
import { type MatchedEvent, planBatch } from "./plan-batch.ts";

export interface Committed {
  /** In the order of the requests; an error where that request could not be stored. */
  readonly answers: readonly (StoredAnswer | AppError)[];
  readonly actions: readonly ActionRecord[];
}

interface Deps {
  readonly store: IngestStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly minimums?: EndpointMinimums;
}

/**
 * Stores the requests together in one transaction. When the database refuses what one of them carries, each goes alone, so
 * that one sender's oddity does not fail the others; when the database is not there, all fail.
 */
export async function commitRequests(deps: Deps, tenantId: TenantId, requests: readonly Waiting[]): Promise<Committed> {
  const startedMs = deps.clock.monotonicMs();
  const fields = { tenantId, requests: requests.length };
  try {
    const outcome = await commitTogether(deps, tenantId, requests);
    deps.logger.info("event.ingest", {
      ...fields,
      outcome: "stored",
      stored: outcome.stored.size,
      decisions: outcome.decisions.length,
      actions: outcome.actions.length,
      durationMs: Math.round(deps.clock.monotonicMs() - startedMs),
    });
    return { answers: answersOf(requests, outcome), actions: outcome.actions };
  } catch (thrown) {
    const error = asAppError(thrown);
    deps.logger.error("event.ingest", { ...fields, outcome: "failed", code: error.code, error: error.message });
    if (error.code !== "internal.unexpected" || requests.length === 1) {
      return { answers: requests.map(() => error), actions: [] };
    }
    const answers: (StoredAnswer | AppError)[] = [];
    const actions: ActionRecord[] = [];
    for (const request of requests) {
      const alone = await commitRequests(deps, tenantId, [request]);
      answers.push(...alone.answers);
      actions.push(...alone.actions);
    }
    return { answers, actions };
  }
}

function commitTogether(
  { store, clock, minimums }: Deps,
  tenantId: TenantId,
  requests: readonly Waiting[],
): Promise<IngestOutcome> {
  const now = clock.now();
  const events = [...firstOfEach(requests).values()];
  const met = events.filter((matched) => matched.met !== undefined);
  return store.commit(
    tenantId,
    { events: events.map(toEvaluated), quarantine: requests.flatMap(toQuarantine), receivedAt: now },
    new Set(met.map(({ event }) => event.id)),
    (fresh, reads) =>
      planBatch(
        met.filter(({ event }) => fresh.has(event.id)),
        reads,
        now,
        minimums,
      ),
  );
}

function toEvaluated({ event, ruleSetVersions }: MatchedEvent): EvaluatedEvent {
  return ruleSetVersions === undefined ? event : { ...event, ruleSetVersions };
}

/** Of events with the same id only the first counts, within a request and between them. */
function firstOfEach(requests: readonly Waiting[]): ReadonlyMap<EventId, MatchedEvent> {
  const events = new Map<EventId, MatchedEvent>();
  for (const { events: each } of requests) {
    for (const matched of each) if (!events.has(matched.event.id)) events.set(matched.event.id, matched);
  }
  return events;
}

function toQuarantine({ rejected }: Waiting): readonly NewQuarantine[] {
  return rejected.map(({ code, message, raw, truncated = false }) => ({
    code,
    message,
    raw: raw.slice(0, QUARANTINE_RAW_CHARS_MAX),
    truncated: truncated || raw.length > QUARANTINE_RAW_CHARS_MAX,
  }));
}

/** An event that several requests brought is accepted for the first of them and a duplicate for the others. */
function answersOf(requests: readonly Waiting[], outcome: IngestOutcome): readonly StoredAnswer[] {
  const unclaimed = new Set(outcome.stored);
  return requests.map(({ events, rejected }) => {
    const mine = new Set(events.map(({ event }) => event.id).filter((eventId) => unclaimed.delete(eventId)));
    return {
      kind: "stored",
      accepted: mine.size,
      duplicates: events.length - mine.size,
      quarantined: rejected.length,
      decisions: outcome.decisions.filter(({ eventId }) => mine.has(eventId)).length,
      actions: outcome.actions.filter(({ eventId }) => mine.has(eventId)).length,
    };
  });
}
