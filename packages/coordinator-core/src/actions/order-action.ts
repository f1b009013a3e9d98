import { classOf, DEADLINE_MS, parseActionArgs, type StatusDetail } from "@cordon/core/action";
import { type ApprovalPolicy, printPolicy } from "@cordon/core/approval";
import { canDo, DEFAULT_MINIMUMS } from "@cordon/core/endpoint";
import { approvalsFor, type Brake, decisive, type GuardSubject, runGuards, STANDING_GUARDS } from "@cordon/core/guards";
import {
  addMs,
  deriveActionId,
  deriveDecisionId,
  type ErrorCode,
  eventId,
  ruleId,
  type TenantId,
} from "@cordon/core/kernel";
import { refusalOf } from "@cordon/core/planning";
import { askPeople } from "../approvals/ask-people.ts";
import { standingFacts } from "../brakes/standing-facts.ts";
import { toJob } from "../dispatch/enqueue.ts";
import type { RetryAdded } from "../ports/action-store.ts";
import type { EndpointWithBudget } from "../ports/inventory.ts";
import type { ActionRecord, DecisionRecord } from "../ports/records.ts";
import type { ActionDesk, ActionDeskDeps, OrderAnswer, OrderRequest } from "./action-desk.ts";

/** Stands where a rule's name would: nobody's rule asked for it. */
const BY_HAND = { id: ruleId("by-hand"), limits: {} };

/** [D4] An order is known by its caller's key: sent again, it is the same action. */
export function createOrder(deps: OrderDeps): ActionDesk["order"] {
  const place = createPlaceOrder(deps);
  return (tenantId, request) => place(tenantId, request);
}

/** `retryOf`: it is another try of this one, which has ended; refused while an earlier other try is under way. */
export type PlaceOrder = (tenantId: TenantId, request: OrderRequest, retryOf?: ActionRecord) => Promise<OrderAnswer>;

type OrderDeps = Omit<ActionDeskDeps, "linkOf">;

export function createPlaceOrder(deps: OrderDeps): PlaceOrder {
  const { store, inventory, queue, clock, random, logger } = deps;

  const enqueue = (action: ActionRecord): Promise<unknown> =>
    queue.add([toJob(action)]).catch((error: unknown) => {
      const { tenantId, siteId, actionId } = action;
      // [D2] It is stored; the sweep brings it to the queue.
      logger.warn("action.enqueue", { tenantId, siteId, actionId, outcome: "left_to_sweep", error: String(error) });
    });

  return async (tenantId, request, retryOf) => {
    const parsed = parseActionArgs(request.kind, request.args);
    if (!parsed.ok) return { kind: "invalid", code: "action.invalid_arguments", problems: parsed.problems };
    const endpoint = await inventory.getEndpoint(tenantId, request.siteId, request.endpointId);
    if (!endpoint) return { kind: "not_found", code: "endpoint.not_found" };

    const ids = idsOf(tenantId, request.requestKey ?? random.uuid());
    const { kind } = request;
    const subject = {
      tenantId,
      rule: BY_HAND,
      endpoint: { ...endpoint, name: endpoint.displayName },
      kind,
      now: clock.now(),
    };
    const inForce = await deps.brakes.inForce(tenantId);
    const lacking = await refusalOfOrder(deps, subject, endpoint, inForce);
    if (lacking !== undefined) {
      // What was ordered before is answered as before, whatever has become of its endpoint since.
      const earlier = await store.getAction(tenantId, ids.actionId);
      if (earlier) return { kind: "ordered", action: earlier, created: false };
      return { kind: "refused", code: lacking.code, reason: lacking.reason };
    }
    const now = clock.now();
    const actionClass = classOf(kind);
    // [A8]
    const policies = request.consent === "given" ? [] : approvalsFor(subject, inForce);
    const { siteId, endpointId, displayName: endpointName } = endpoint;
    const origin = { tenantId, ...ids, ruleId: BY_HAND.id, ruleSetVersion: 0, siteId, endpointId, endpointName };
    const action: ActionRecord = {
      ...origin,
      spec: parsed.spec,
      actionClass,
      deadline: addMs(now, DEADLINE_MS[actionClass]),
      createdAt: now,
      state: policies.length === 0 ? "queued" : "held",
      stateAt: now,
      ...(retryOf === undefined ? {} : { retryOf: retryOf.actionId }),
      ...detailOf(policies, retryOf),
    };
    const decision = toDecision(origin, request, now, policies, retryOf);
    const asked = askPeople({ ...action, approval: { heldBy: "guard.approval", policies } }).map((each) => ({
      ...each,
      author: request.actor,
    }));
    const added: RetryAdded =
      retryOf === undefined
        ? { kind: (await store.addOrdered(tenantId, decision, action, request.actor, asked)) ? "added" : "exists" }
        : await store.addRetry(tenantId, decision, action, retryOf.actionId, request, asked);
    if (added.kind === "not_found") return { kind: "not_found", code: "action.not_found" };
    if (added.kind === "under_way") {
      const reason = `Another try of it, ${added.actionId}, has not ended yet.`;
      return { kind: "refused", code: "action.retry_under_way", reason };
    }
    if (added.kind === "exists") {
      const earlier = await store.getAction(tenantId, ids.actionId);
      return { kind: "ordered", action: earlier ?? action, created: false };
    }
    if (action.state === "queued") await enqueue(action);
    logger.info("action.order", {
      tenantId,
      siteId,
      endpointId,
      actionId: ids.actionId,
      kind,
      actor: request.actor,
      state: action.state,
    });
    return { kind: "ordered", action, created: true };
  };
}

/** What is known against it already: better told now than by an action that cannot work. */
async function refusalOfOrder(
  {
    labels,
    clock,
    readiness,
    minimums = DEFAULT_MINIMUMS,
  }: Pick<OrderDeps, "labels" | "clock" | "readiness" | "minimums">,
  subject: GuardSubject,
  endpoint: EndpointWithBudget,
  inForce: readonly Brake[],
): Promise<{ readonly code: ErrorCode; readonly reason: string } | undefined> {
  const { tenantId, kind } = subject;
  // What people ordered to stop binds people, too; what a rule did before does not.
  const facts = await standingFacts(
    inForce,
    {
      traitsOf: (endpoints) => labels.traitsOf(tenantId, endpoints),
      groupsOf: (asked) => labels.groupsOf(tenantId, asked, clock.now()),
    },
    { endpoints: () => [endpoint], isolated: () => (kind === "isolateHost" ? [endpoint] : []) },
  );
  const objection = decisive(runGuards(STANDING_GUARDS, subject, facts));
  if (objection !== undefined) return { code: objection.code, reason: objection.message };
  const refusal = refusalOf((await readiness?.refusalsOf(tenantId, endpoint.siteId)) ?? [], kind);
  if (refusal !== undefined) return { code: refusal.code, reason: refusal.reason };
  const capability = canDo(endpoint, kind, minimums);
  return capability.kind === "can" ? undefined : capability;
}

/** All three from the key alone, so that one key can never name two actions. */
function idsOf(tenantId: TenantId, key: string) {
  return {
    eventId: eventId(`order:${key}`),
    decisionId: deriveDecisionId([tenantId, "order", key]),
    actionId: deriveActionId([tenantId, "order", key]),
  };
}

function toDecision(
  origin: Pick<DecisionRecord, "tenantId" | "eventId" | "decisionId" | "ruleId" | "ruleSetVersion"> &
    Pick<ActionRecord, "actionId" | "siteId" | "endpointId" | "endpointName">,
  { kind, actor, reason }: OrderRequest,
  now: DecisionRecord["decidedAt"],
  policies: readonly ApprovalPolicy[],
  retryOf: ActionRecord | undefined,
): DecisionRecord {
  const again = retryOf === undefined ? "" : ` once more after ${retryOf.actionId}, which ended as ${retryOf.state}`;
  const waits = waitFor(policies);
  const ordered = `${actor} ordered ${kind} on ${origin.endpointName}${again}: ${reason}`;
  const detail = { actor, reason, ...(retryOf === undefined ? {} : { retryOf: retryOf.actionId }) };
  const common = { ...origin, actionKind: kind, decidedAt: now } as const;
  if (waits === undefined) {
    return { ...common, verdict: "act", code: "order.by_hand", reason: ordered, detail };
  }
  return {
    ...common,
    verdict: "hold",
    code: "guard.approval",
    reason: `${ordered} ${waits}`,
    detail: { ...detail, policies },
  };
}

function detailOf(
  policies: readonly ApprovalPolicy[],
  retryOf: ActionRecord | undefined,
): { readonly detail?: StatusDetail } {
  const again = retryOf && `Another try of ${retryOf.actionId}, which ended as ${retryOf.state}.`;
  const message = [again, waitFor(policies)].filter((each) => each !== undefined).join(" ");
  return message === "" ? {} : { detail: { evidence: { rung: "none" }, message } };
}

function waitFor(policies: readonly ApprovalPolicy[]): string | undefined {
  return policies.length === 0 ? undefined : `It waits for the yes of ${policies.map(printPolicy).join("; and of ")}.`;
}
