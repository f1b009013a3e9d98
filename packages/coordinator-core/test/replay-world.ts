import { type CorrelationEvent, KUMA_CATALOGUE } from "@cordon/core/event";
import { type EndpointId, type EpochMs, type EventId, epochMs, ruleId, siteId, tenantId } from "@cordon/core/kernel";
import { compileRules, type Rule } from "@cordon/core/rules";
import type { ReceivedEvent, ReplayEndpoint, ReplayEstate, ReplayStore } from "../src/ports/replay-store.ts";
import type { ActiveRuleSet } from "../src/rules/rules-in-use.ts";

export const ACME = tenantId("acme");
export const HQ = siteId("hq");
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
/** A midnight, so that days are easy to read. */
export const START = epochMs(Date.UTC(2026, 2, 1));

export function anEndpoint(index: number, patch: Partial<ReplayEndpoint> = {}): ReplayEndpoint {
  return {
    siteId: HQ,
    endpointId: `host-${index}` as EndpointId,
    name: `WS-${index}`,
    fqdn: `ws-${index}.example`,
    addresses: [`10.0.0.${index}`],
    kesVersion: "12.9.0.1",
    statusMask: 0,
    roles: [],
    tags: [],
    ...patch,
  };
}

export function anEstate(endpoints: number, patch: Partial<ReplayEstate> = {}): ReplayEstate {
  return {
    sites: [{ siteId: HQ, names: ["hq"], labels: [], refusals: [] }],
    endpoints: Array.from({ length: endpoints }, (_, index) => anEndpoint(index)),
    brakes: [],
    ...patch,
  };
}

/** Isolates the host that `DestinationHostName` names when the event's name is `name`. */
export function isolating(id: string, name: string, patch: Partial<Rule> = {}): Rule {
  return {
    id: ruleId(id),
    name: id,
    mode: "enforce",
    priority: 0,
    continue: true,
    when: { field: "Name", op: "=", value: name },
    target: [{ by: "fqdn", field: "DestinationHostName" }],
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: 3_600 } }],
    limits: {},
    ...patch,
  };
}

export function aSet(version: number, rules: readonly Rule[]): ActiveRuleSet {
  const compilation = compileRules(rules, {
    regex: { compile: () => ({ ok: false, problem: "no expressions here" }) },
    catalogue: KUMA_CATALOGUE,
    features: new Set(["hold", "windowLimits", "counts"]),
  });
  if (!compilation.ok) throw new Error(compilation.problems.map(({ message }) => message).join("\n"));
  return { version, hash: `hash-${version}`, compiled: compilation.ruleSet };
}

export function received(index: number, atMs: number, name: string, host: number): ReceivedEvent {
  const event: CorrelationEvent = {
    tenantId: ACME,
    id: `event-${String(index).padStart(8, "0")}` as EventId,
    name,
    timestamp: epochMs(START + atMs),
    fields: { Name: name, DestinationHostName: `ws-${host}.example` },
  };
  return { event, receivedAt: epochMs(START + atMs) };
}

/** Events in memory, read as the record reads them. */
export function eventsStore(events: readonly ReceivedEvent[]): Pick<ReplayStore, "readEvents"> {
  return {
    readEvents: (_tenant, { from, to, after, limit }) => {
      const isBehind = ({ receivedAt, event }: ReceivedEvent) =>
        after === undefined ||
        receivedAt > after.receivedAt ||
        (receivedAt === after.receivedAt && event.id > after.eventId);
      const found = events.filter((each) => each.receivedAt >= from && each.receivedAt < to && isBehind(each));
      return Promise.resolve(found.slice(0, limit));
    },
  };
}

export function at(ms: number): EpochMs {
  return epochMs(START + ms);
}
