import { type ActionId, addMs, type EndpointId, type EpochMs, epochMs } from "@cordon/core/kernel";
import type { Cap, SendHistory } from "@cordon/core/site-policy";
import type { SentAction } from "../ledger-store.ts";

/**
 * The sends that the policy's caps count. The ledger is their record: they are read from it when caps come into force, and noted
 * here as they happen. An action that is sent again after a lost answer counts once.
 */
export interface CountedSends extends SendHistory {
  setCaps(caps: readonly Cap[], now: EpochMs): void;
  note(send: SentAction): void;
}

/** Sends that may not be in the ledger's file yet when caps come into force. */
const RECENT_MAX = 1_000;

export function createCountedSends(sentSince: (since: EpochMs) => readonly SentAction[]): CountedSends {
  let caps: readonly Cap[] = [];
  /** Per cap and, for those per endpoint, per endpoint: the last `max` sends, oldest first. */
  let lists = new Map<string, SentAction[]>();
  const recent = new Map<ActionId, SentAction>();

  function keyOf(cap: Cap, endpointId: EndpointId): string {
    const index = caps.indexOf(cap);
    return cap.per === "site" ? String(index) : `${index} ${endpointId}`;
  }

  function count(send: SentAction): void {
    for (const cap of caps) {
      if (!cap.kinds.includes(send.kind)) continue;
      const key = keyOf(cap, send.endpointId);
      const list = lists.get(key) ?? [];
      lists.set(key, list);
      if (list.some(({ actionId }) => actionId === send.actionId)) continue;
      list.push(send);
      if (list.length > cap.max) list.shift();
    }
  }

  return {
    setCaps(next, now) {
      caps = next;
      lists = new Map();
      if (caps.length === 0) return;
      const longestMs = Math.max(...caps.map(({ windowMs }) => windowMs));
      const known = new Map(sentSince(addMs(now, -longestMs)).map((send) => [send.actionId, send]));
      for (const [actionId, send] of recent) known.set(actionId, send);
      for (const send of [...known.values()].sort((left, right) => left.at - right.at)) count(send);
    },
    note(send) {
      if (recent.has(send.actionId)) return;
      recent.set(send.actionId, send);
      const [oldest] = recent.keys();
      if (recent.size > RECENT_MAX && oldest !== undefined) recent.delete(oldest);
      count(send);
    },
    timesOf(cap, endpointId, now) {
      const key = keyOf(cap, endpointId);
      const list = lists.get(key) ?? [];
      // After the clock was set back a send may lie ahead; it counts as now and not for longer than its window.
      const left = list.filter(({ at }) => at > now - cap.windowMs);
      if (left.length === 0) lists.delete(key);
      else lists.set(key, left);
      return left.map(({ at }) => epochMs(Math.min(at, now)));
    },
  };
}
