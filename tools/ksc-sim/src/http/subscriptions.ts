import type { ConsoleEvent } from "../model/console-events.ts";
import { KscError, notFound } from "../model/errors.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { params } from "../model/values.ts";
import type { World } from "../model/world.ts";

/** A session's subscriptions to console events and the events waiting for its next poll. */
export interface Subscriptions {
  subscribe(event: string, filter: KscParams, nowMs: number): number;
  unsubscribe(id: number): void;
  /** The waiting events, oldest first, at most one page; throws KLSTD 1195 when polled too early (K22). */
  retrieve(nowMs: number): { readonly events: readonly KscParams[]; readonly more: boolean };
  /** Milliseconds to wait before the next poll; 0 means do not poll. */
  period(): number;
  end(): void;
}

const SUBSCRIPTIONS_MAX = 50;
const QUEUE_MAX = 5000;
const PAGE = 100;
const EVENT_LIFE_SECONDS = 600;

interface Subscription {
  readonly event: string;
  readonly filter: KscParams;
}

export function createSubscriptions(world: World): Subscriptions {
  const subscriptions = new Map<number, Subscription>();
  let queue: ConsoleEvent[] = [];
  let nextId = 1;
  let notBeforeMs = 0;
  let stop: (() => void) | undefined;

  const period = (): number => (subscriptions.size === 0 ? 0 : world.knobs.conEventsPeriodMs);
  const hear = (event: ConsoleEvent): void => {
    if (![...subscriptions.values()].some((subscription) => wants(subscription, event))) return;
    queue.push(event);
    if (queue.length > QUEUE_MAX) queue = queue.slice(-QUEUE_MAX);
  };
  const end = (): void => {
    stop?.();
    stop = undefined;
    subscriptions.clear();
    queue = [];
  };

  return {
    subscribe: (event, filter, nowMs) => {
      if (subscriptions.size >= SUBSCRIPTIONS_MAX) throw new KscError("tooBig");
      const id = nextId++;
      subscriptions.set(id, { event, filter });
      stop ??= world.consoleEvents.listen(hear);
      notBeforeMs = Math.max(notBeforeMs, nowMs + world.knobs.conEventsPeriodMs);
      return id;
    },
    unsubscribe: (id) => {
      if (!subscriptions.delete(id)) throw notFound("Subscription", id);
      if (subscriptions.size === 0) end();
    },
    retrieve: (nowMs) => {
      if (subscriptions.size === 0) throw notFound("Subscription", "of this session");
      // While a page was left over the client drains without waiting.
      if (nowMs < notBeforeMs) throw new KscError("unavailable", "Polled earlier than nPeriod", { subcode: 1 });
      const page = queue.slice(0, PAGE);
      queue = queue.slice(PAGE);
      const more = queue.length > 0;
      if (!more) notBeforeMs = nowMs + period();
      return { events: page.map(describe), more };
    },
    period,
    end,
  };
}

function wants(subscription: Subscription, event: ConsoleEvent): boolean {
  if (subscription.event !== event.type) return false;
  return Object.entries(subscription.filter).every(([name, wanted]) => sameValue(event.params[name], wanted));
}

function sameValue(actual: KscValue | undefined, wanted: KscValue): boolean {
  return JSON.stringify(actual) === JSON.stringify(wanted);
}

function describe(event: ConsoleEvent): KscParams {
  return {
    KLSRV_CON_EVENT_TYPE: event.type,
    KLSRV_CON_EVENT_PARAMS: params(event.params),
    KLSRV_CON_EVENT_BIRTH_TIME: { type: "datetime", value: `${new Date(event.bornMs).toISOString().slice(0, 19)}Z` },
    KLSRV_CON_EVENT_LIFE_TIME: EVENT_LIFE_SECONDS,
  };
}
