import type { EndpointBudget } from "@cordon/core/endpoint";
import { isFrozenAt, printScope } from "@cordon/core/guards";
import {
  type Clock,
  type EndpointId,
  type EpochMs,
  type EventId,
  epochMs,
  type SiteId,
  type TenantId,
} from "@cordon/core/kernel";
import { type Naming, namingsOf, textsNaming } from "@cordon/core/planning";
import type { ActionStore } from "../ports/action-store.ts";
import type { BrakeRecord } from "../ports/brakes.ts";
import type { EndpointWithBudget, InventoryStore } from "../ports/inventory.ts";
import type { DecisionRecord } from "../ports/records.ts";
import type { RuleHoldRecord } from "../ports/rule-holds.ts";
import type { RuleSetStore } from "../ports/rule-sets.ts";
import type { PastEvent, WhyStore } from "../ports/why-store.ts";
import { createPastExplainer, type ExplainedEvent, type PastCompiler } from "./explain-past.ts";

/** A brake that people had put in force by then. */
export interface BrakeThen {
  readonly brake: BrakeRecord;
  /** A freeze that keeps times holds only while they say so. */
  readonly held: boolean;
  /** One sentence for a person. */
  readonly message: string;
}

/** How things stood at one moment. */
export interface StateThen {
  /** Absent: no rule set was active at the site. */
  readonly ruleSetVersion?: number;
  /** Those that could concern the endpoint's site. */
  readonly brakes: readonly BrakeThen[];
  readonly holds: readonly RuleHoldRecord[];
  /** Absent: not known, or not any more. */
  readonly budget?: EndpointBudget;
}

export interface NamedEvent extends ExplainedEvent {
  /** Fields that name the endpoint as the inventory has it today; empty when only a decision does. */
  readonly namedBy: readonly Naming[];
}

/** [T2] What came in about an endpoint around a time, what was made of it, and why nothing was where nothing was. */
export interface WhyAnswer {
  readonly endpoint: EndpointWithBudget;
  readonly at: EpochMs;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Only from here on all events were looked through: the range has more than are looked at. Absent: all were. */
  readonly searchedFrom?: EpochMs;
  readonly state: StateThen;
  /** Newest first. */
  readonly events: readonly NamedEvent[];
  /** What people ordered in the range, newest first. */
  readonly orders: readonly DecisionRecord[];
  /** The next page begins behind it. */
  readonly next?: { readonly receivedAt: EpochMs; readonly eventId: EventId };
}

export interface WhyQuestion {
  readonly siteId: SiteId;
  readonly endpointId: EndpointId;
  /** Absent: now. */
  readonly at?: EpochMs;
  /** Before and after. */
  readonly aroundMs: number;
  readonly after?: { readonly receivedAt: EpochMs; readonly eventId: EventId };
  /** Events. */
  readonly limit: number;
}

export interface WhyDesk {
  /** Undefined: the tenant has no such endpoint. */
  endpoint(tenantId: TenantId, question: WhyQuestion): Promise<WhyAnswer | undefined>;
  /** Undefined: the tenant has no such event. With `siteId` by the rules of that site. */
  event(tenantId: TenantId, eventId: EventId, siteId?: SiteId): Promise<ExplainedEvent | undefined>;
}

/** Walking so many takes about a second of the database. */
const SCANNED_MAX = 200_000;
/** Read in one go; of those that have a name in their text only some are about the endpoint. */
const PAGE_ROWS = 200;
const PAGES_MAX = 20;
/** Of the endpoint in the range: one page of the record. */
const DECISIONS_MAX = 500;
/** Of all events of an answer: what 400 rules make of each of 50. */
const OF_EVENTS_MAX = 20_000;

export function createWhyDesk(deps: {
  readonly store: WhyStore;
  readonly records: Pick<ActionStore, "listDecisions">;
  readonly inventory: Pick<InventoryStore, "getEndpoint">;
  readonly ruleSets: Pick<RuleSetStore, "getRuleSet">;
  readonly compile: PastCompiler;
  readonly clock: Clock;
}): WhyDesk {
  const { store, records, inventory } = deps;
  const explainer = createPastExplainer(deps);

  const stateAt = async (tenantId: TenantId, { siteId, endpointId }: WhyQuestion, at: EpochMs): Promise<StateThen> => {
    const [brakes, holds, budget, ruleSetVersion] = await Promise.all([
      store.brakesAt(tenantId, at),
      store.holdsAt(tenantId, at),
      store.budgetAt(tenantId, siteId, endpointId, at),
      store.versionAt(tenantId, siteId, at),
    ]);
    const concerned = brakes.filter(({ scope }) => scope.siteId === undefined || scope.siteId === siteId);
    return {
      brakes: concerned.map((brake) => brakeThen(brake, at)),
      holds,
      ...(budget === undefined ? {} : { budget }),
      ...(ruleSetVersion === undefined ? {} : { ruleSetVersion }),
    };
  };

  /** Those about the endpoint, one more than asked for when there are more; and from when on everything was looked at. */
  const search = async (
    tenantId: TenantId,
    endpoint: EndpointWithBudget,
    decided: ReadonlySet<EventId>,
    { from, to, after, limit }: { from: EpochMs; to: EpochMs; after: WhyQuestion["after"]; limit: number },
  ) => {
    const newestFrom = await store.newestFrom(tenantId, { from, to }, SCANNED_MAX);
    const range = { from: newestFrom ?? from, to };
    const found: { event: PastEvent; namedBy: readonly Naming[] }[] = [];
    let last = after;
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const rows = await store.findPastEvents(tenantId, {
        ...range,
        texts: textsNaming(endpoint),
        eventIds: [...decided],
        ...(last === undefined ? {} : { after: last }),
        limit: PAGE_ROWS,
      });
      for (const event of rows) {
        const namedBy = namingsOf(event.fields, endpoint);
        if (namedBy.length > 0 || decided.has(event.eventId)) found.push({ event, namedBy });
      }
      last = rows.at(-1);
      if (rows.length < PAGE_ROWS || found.length > limit) return { found, searchedFrom: newestFrom };
    }
    return { found, searchedFrom: last?.receivedAt ?? newestFrom };
  };

  return {
    async endpoint(tenantId, question) {
      const { siteId, endpointId, at = deps.clock.now(), aroundMs, after, limit } = question;
      const endpoint = await inventory.getEndpoint(tenantId, siteId, endpointId);
      if (endpoint === undefined) return undefined;
      const range = { from: epochMs(Math.max(0, at - aroundMs)), to: epochMs(at + aroundMs) };
      const ofEndpoint = await records.listDecisions(tenantId, { siteId, endpointId, ...range, limit: DECISIONS_MAX });
      const decided = new Set(ofEndpoint.flatMap((each) => (each.ruleSetVersion === 0 ? [] : [each.eventId])));
      const [{ found, searchedFrom }, state] = await Promise.all([
        search(tenantId, endpoint, decided, { ...range, after, limit }),
        stateAt(tenantId, question, at),
      ]);
      const shown = found.slice(0, limit);
      const decisions = await store.decisionsOf(
        tenantId,
        shown.map(({ event }) => event),
        OF_EVENTS_MAX,
      );
      const events: NamedEvent[] = [];
      for (const { event, namedBy } of shown) {
        const own = decisions.filter(({ eventId }) => eventId === event.eventId);
        events.push({ ...(await explainer.explain(tenantId, siteId, event, own)), namedBy });
      }
      const last = found.length > limit ? shown.at(-1)?.event : undefined;
      return {
        endpoint,
        at,
        ...range,
        ...(searchedFrom === undefined ? {} : { searchedFrom }),
        state,
        events,
        orders: ofEndpoint.filter(({ ruleSetVersion }) => ruleSetVersion === 0),
        ...(last === undefined ? {} : { next: { receivedAt: last.receivedAt, eventId: last.eventId } }),
      };
    },
    async event(tenantId, eventId, siteId) {
      const event = await store.getPastEvent(tenantId, eventId);
      if (event === undefined) return undefined;
      const decisions = await store.decisionsOf(tenantId, [event], OF_EVENTS_MAX);
      return explainer.explain(tenantId, siteId ?? siteOf(decisions), event, decisions);
    },
  };
}

/** Where it was about one site, that one's rules counted. */
function siteOf(decisions: readonly DecisionRecord[]): SiteId | undefined {
  return decisions.find(({ siteId }) => siteId !== undefined)?.siteId;
}

function brakeThen(brake: BrakeRecord, at: EpochMs): BrakeThen {
  const held = brake.type !== "freeze" || brake.times === undefined || isFrozenAt(brake.times, at);
  const when = held ? "was in force" : "was set, and its times did not hold it in force just then";
  const lifted =
    brake.lift === undefined ? "" : `; ${brake.lift.by} lifted it at ${new Date(brake.lift.at).toISOString()}`;
  const message = `${NAMES[brake.type] ?? brake.type} of ${printScope(brake.scope)} ${when}: by ${brake.setBy} since ${new Date(brake.setAt).toISOString()}, "${brake.reason}"${lifted}.`;
  return { brake, held, message };
}

const NAMES: Readonly<Record<string, string>> = {
  killSwitch: "A kill switch",
  freeze: "A freeze",
  neverTouch: "A never-touch list",
  redundancy: "A redundancy rule",
  blastRadius: "A limit on the blast radius",
  storm: "A limit on storms",
  approval: "A need of approval",
  slotForecast: "A slot forecast",
};
