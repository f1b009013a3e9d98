import { classOf } from "@cordon/core/action";
import type { EndpointMinimums } from "@cordon/core/endpoint";
import type { Clock, Logger } from "@cordon/core/kernel";
import type { RuleMatch } from "@cordon/core/rules";
import { createEnqueuer } from "../dispatch/enqueue.ts";
import type { DispatchQueue } from "../ports/dispatch-queue.ts";
import type { IngestStore } from "../ports/ingest-store.ts";
import type { ActiveRules } from "../rules/active-rules.ts";
import { commitRequests } from "./commit-requests.ts";
import {
  DEFAULT_INGEST_LIMITS,
  type IncomingEvents,
  type Ingest,
  type IngestAnswer,
  type IngestLimits,
} from "./ingest-types.ts";
import { createIntakeLine, type Waiting } from "./intake-line.ts";
import { matchEvents } from "./match-event.ts";
import type { MatchedEvent } from "./plan-batch.ts";

export interface IngestDeps {
  readonly store: IngestStore;
  readonly queue: Pick<DispatchQueue, "add">;
  readonly rules: ActiveRules;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<IngestLimits>;
  /** What an endpoint must have for an action to be asked of it; `DEFAULT_MINIMUMS` when absent. */
  readonly minimums?: EndpointMinimums;
}

/** Told to senders that are turned away: long enough for a full line to be worked off at the slowest rate seen. */
const RETRY_AFTER_SECONDS = 2;

/**
 * The way in. Requests of a tenant that arrive while its transaction is under way are stored together by the next one, so a
 * flood costs few commits and a single event still waits for nothing but its own. Tenants take turns.
 */
export function createIngest(deps: IngestDeps): Ingest {
  const limits = { ...DEFAULT_INGEST_LIMITS, ...deps.limits };
  const enqueuer = createEnqueuer(deps);
  const line = createIntakeLine({
    commitsMax: limits.commitsMax,
    batchEventsMax: limits.batchEventsMax,
    commit: async (tenantId, requests) => {
      const { answers, actions } = await commitRequests(deps, tenantId, requests);
      // [D2] Not awaited and not allowed to fail: the sweep finds what the queue did not get.
      enqueuer.enqueue(actions.filter(({ state }) => state === "queued"));
      return answers;
    },
  });

  return {
    async ingest(tenantId, incoming) {
      const matched = matchEvents(deps.rules.inUse(tenantId), incoming.events);
      if (isOver(line.waiting(), incoming, isUrgent(matched) ? doubled(limits) : limits)) {
        return { kind: "overloaded", code: "intake.overloaded", retryAfterSeconds: RETRY_AFTER_SECONDS };
      }
      const parts = split(incoming, matched, limits.batchEventsMax);
      return sum(await Promise.all(parts.map((part) => line.add(tenantId, part))));
    },
    waiting: line.waiting,
    async drain() {
      await line.idle();
      await enqueuer.idle();
    },
  };
}

/** A request whose events ask for containment is turned away last. */
function isUrgent(matched: readonly MatchedEvent[]): boolean {
  const contains = ({ rule }: RuleMatch) => rule.actions.some(({ kind }) => classOf(kind) === "contain");
  return matched.some(({ met }) => met?.sets.some(({ matches }) => matches.some(contains)));
}

type Bounds = Pick<IngestLimits, "waitingEventsMax" | "waitingBytesMax">;

function doubled({ waitingEventsMax, waitingBytesMax }: Bounds): Bounds {
  return { waitingEventsMax: 2 * waitingEventsMax, waitingBytesMax: 2 * waitingBytesMax };
}

/** An empty line takes any request, or one that is larger than the bound could never come in. */
function isOver(waiting: ReturnType<Ingest["waiting"]>, incoming: IncomingEvents, bounds: Bounds): boolean {
  if (waiting.events === 0) return false;
  const events = waiting.events + incoming.events.length + incoming.rejected.length;
  return events > bounds.waitingEventsMax || waiting.bytes + incoming.bytes > bounds.waitingBytesMax;
}

/** Parts that fit one transaction each; a request without events still is one part, for it may have rejects. */
function split(
  { rejected, bytes }: IncomingEvents,
  matched: readonly MatchedEvent[],
  eventsMax: number,
): readonly Waiting[] {
  const parts: Waiting[] = [];
  for (let start = 0; start === 0 || start < matched.length; start += eventsMax) {
    const events = matched.slice(start, start + eventsMax);
    parts.push(start === 0 ? { events, rejected, bytes } : { events, rejected: [], bytes: 0 });
  }
  return parts;
}

function sum(answers: readonly Extract<IngestAnswer, { kind: "stored" }>[]): IngestAnswer {
  const total = (member: "accepted" | "duplicates" | "quarantined" | "decisions" | "actions") =>
    answers.reduce((sofar, answer) => sofar + answer[member], 0);
  return {
    kind: "stored",
    accepted: total("accepted"),
    duplicates: total("duplicates"),
    quarantined: total("quarantined"),
    decisions: total("decisions"),
    actions: total("actions"),
  };
}
