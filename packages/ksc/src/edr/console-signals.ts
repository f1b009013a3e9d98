import type { Signals } from "@cordon/agent-core";
import { AppError, type ErrorCode } from "@cordon/core/kernel";
import { createConsoleEvents } from "../api/console-events.ts";
import type { EdrContext } from "./context.ts";

/** A server that does not offer them is asked again this much later: it may have been upgraded. */
const ABSENT_FOR_MS = 3_600_000;
/** Pages of one drain: a session that was not emptied for long. */
const PAGES_MAX = 50;
const SUBSCRIPTION_GONE: ErrorCode = "ksc.not_found";
/** What a server answers that does not offer an event, or not to us. */
const NOT_OFFERED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ksc.unsupported",
  "ksc.not_found",
  "ksc.limit",
  "ksc.malformed_argument",
  "ksc.not_permitted",
  "ksc.access_denied",
]);

/**
 * See port `Edr.signals`. The subscriptions belong to one session, which is kept for them; after it ended they are made anew, and
 * since nobody knows what happened in between, that counts as heard. Polled no earlier than KSC asks for (kaspersky.md 4.14).
 */
export function createSignalSource(context: EdrContext): (signal: AbortSignal) => Promise<Signals> {
  const { client, clock, settings, logger } = context;
  const events = createConsoleEvents(client.session());
  let subscribed = false;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let absentUntilMs = settings.signals.length === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  /** The flag of an empty page means "all retrieved"; the documents contradict each other on which value that is. */
  let flagOfEnd: boolean | undefined;

  function heard(tasks: boolean): Signals {
    return { kind: "heard", tasks, notBeforeMs: Math.max(0, notBeforeMs - clock.monotonicMs()) };
  }

  function absent(): Signals {
    subscribed = false;
    absentUntilMs = clock.monotonicMs() + ABSENT_FOR_MS;
    return { kind: "absent" };
  }

  /** A period of 0 means: do not poll. */
  function setPeriod(periodMs: number): boolean {
    notBeforeMs = clock.monotonicMs() + periodMs;
    return periodMs > 0;
  }

  async function subscribe(signal: AbortSignal): Promise<Signals> {
    let polled = false;
    for (const name of settings.signals) {
      try {
        polled = setPeriod((await events.subscribe(name, {}, { signal })).periodMs);
        subscribed = true;
      } catch (error) {
        if (!(error instanceof AppError) || !NOT_OFFERED.has(error.code)) throw error;
        logger.info("ksc.signals", { event: name, outcome: "not offered", code: error.code });
        if (error.code === "ksc.unsupported") break;
      }
    }
    return subscribed && polled ? heard(true) : absent();
  }

  async function drain(signal: AbortSignal): Promise<Signals> {
    let tasks = false;
    for (let page = 0; page < PAGES_MAX; page++) {
      const retrieved = await events.retrieve({ signal }).catch(undefinedWhenEarly);
      if (retrieved === undefined) break;
      const { flag, periodMs, events: found } = retrieved;
      if (!setPeriod(periodMs)) return absent();
      if (found.length === 0) flagOfEnd = flag;
      tasks ||= found.length > 0;
      if (flag === flagOfEnd) break;
    }
    return heard(tasks);
  }

  return async (signal) => {
    const nowMs = clock.monotonicMs();
    if (nowMs < absentUntilMs) return { kind: "absent" };
    if (!subscribed) return subscribe(signal);
    if (nowMs < notBeforeMs) return heard(false);
    try {
      return await drain(signal);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "ksc.unsupported") return absent();
      if (error.code !== SUBSCRIPTION_GONE) throw error;
      subscribed = false;
      return subscribe(signal);
    }
  };
}

/** Polled too early, or the page before was the last one: enough for now. */
function undefinedWhenEarly(error: unknown): undefined {
  if (error instanceof AppError && error.code === "ksc.unavailable") return undefined;
  throw error;
}
