import { ACTION_KINDS, type ActionKind, type ActionOrder } from "@cordon/core/action";
import type { Endpoint, SiteRefusal } from "@cordon/core/endpoint";
import type { Clock, EndpointId, EpochMs, ErrorCode, Logger } from "@cordon/core/kernel";
import { decide, nextOpening, type SitePolicy } from "@cordon/core/site-policy";
import type { LedgerEntry } from "../entry.ts";
import type { SentAction } from "../ledger-store.ts";
import { createKnownEndpoints } from "./known-endpoints.ts";
import { createCountedSends } from "./send-history.ts";

/** The local kill switch while it is pulled [S4]. */
export interface KillSwitch {
  readonly since: EpochMs;
  /** What whoever pulled it wrote down. */
  readonly reason?: string;
  /** What it stops; everything when nobody said otherwise. */
  readonly kinds: readonly ActionKind[];
}

export interface PolicyInForce {
  readonly policy: SitePolicy;
  readonly sha256: string;
}

export type SiteAnswer =
  | { readonly kind: "go" }
  | { readonly kind: "refuse"; readonly code: ErrorCode; readonly reason: string }
  /** Not now; `retryMs`: when to ask again. */
  | {
      readonly kind: "hold";
      readonly code: ErrorCode;
      readonly reason: string;
      readonly earliest?: EpochMs;
      readonly retryMs: number;
    };

/**
 * The site's last word [S4, S7]: its own policy and its own kill switch, asked when an order comes and again right before each
 * send. Both are set from local files and by nothing else.
 */
export interface SiteWord {
  /** At the admission: only what is refused for good is refused; what must wait is admitted and waits. */
  admit(order: ActionOrder): Extract<SiteAnswer, { kind: "refuse" }> | undefined;
  /** Before an intent is written. Asks KSC who the endpoint is when the policy needs to know; throws `ksc.*`. */
  beforeSend(entry: LedgerEntry, signal: AbortSignal): Promise<SiteAnswer>;
  /** At the very moment of the send; then the send counts against the caps. */
  lastWord(entry: LedgerEntry): SiteAnswer;
  /** Whether the kill switch stops this kind, or is pulled at all: then nothing that changes something is asked of KSC. */
  stops(kind?: ActionKind): boolean;
  setPolicy(inForce: PolicyInForce | undefined): void;
  /** Set: the newest policy file is wrong, and this is why; the one before it stays in force. */
  setPolicyProblem(problem: string | undefined): void;
  setKillSwitch(pulled: KillSwitch | undefined): void;
  /** The ledger's disk takes nothing: new orders are refused, because none could be remembered [D5]. */
  setUnwritable(reason: string | undefined): void;
  view(): SiteWordView;
}

export interface SiteWordView {
  readonly killSwitch?: KillSwitch;
  readonly policySha256?: string;
  readonly policyProblem?: string;
  readonly unwritable?: { readonly since: EpochMs; readonly reason: string };
  /** What would be refused or held just now, whoever the endpoint is. */
  readonly refusals: readonly SiteRefusal[];
}

/** An entry that waits for the switch or for its hours asks again at least this often, so that a changed file is felt. */
const RETRY_MS_MAX = 10_000;
const KILL_RETRY_MS = 2_000;

export function createSiteWord(deps: {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the agent's own copy of the inventory has of an endpoint: minutes old, so good for an early refusal only. */
  readonly lookUp: (endpointId: EndpointId) => Endpoint | undefined;
  /** Undefined: KSC does not know it. */
  readonly describe: (endpointId: EndpointId, signal: AbortSignal) => Promise<Endpoint | undefined>;
  readonly sentSince: (since: EpochMs) => readonly SentAction[];
}): SiteWord {
  const { clock, logger } = deps;
  const sends = createCountedSends(deps.sentSince);
  const known = createKnownEndpoints(clock);
  let inForce: PolicyInForce | undefined;
  let policyProblem: string | undefined;
  let pulled: KillSwitch | undefined;
  let unwritable: SiteWordView["unwritable"];

  function judge(
    order: ActionOrder,
    renewal: boolean,
    endpoint = known.find(order.endpointId),
  ): SiteAnswer | { readonly kind: "endpoint_unknown" } {
    if (inForce === undefined) return GO;
    const now = clock.now();
    const decision = decide(inForce.policy, { order, endpoint, renewal, now, sends });
    switch (decision.kind) {
      case "allowed":
        return GO;
      case "refused":
        return { kind: "refuse", code: decision.code, reason: decision.reason };
      case "wait":
        return { ...decision, kind: "hold", retryMs: Math.min(Math.max(1, decision.earliest - now), RETRY_MS_MAX) };
      case "endpoint_unknown":
        return decision;
    }
  }

  function killed(kind: ActionKind): SiteAnswer | undefined {
    if (pulled === undefined || !pulled.kinds.includes(kind)) return undefined;
    const why = pulled.reason === undefined ? "" : `: ${pulled.reason}`;
    const reason = `the site's own kill switch is pulled${why}`;
    return { kind: "hold", code: "agent.site_stopped", reason, retryMs: KILL_RETRY_MS };
  }

  return {
    admit(order) {
      if (unwritable !== undefined) return { kind: "refuse", code: "ledger.unwritable", reason: unwritable.reason };
      if (inForce === undefined) return undefined;
      const answer = judge(order, false, known.find(order.endpointId) ?? deps.lookUp(order.endpointId));
      return answer.kind === "refuse" ? answer : undefined;
    },

    async beforeSend({ order, renews }, signal) {
      const stopped = killed(order.spec.kind);
      if (stopped !== undefined) return stopped;
      const renewal = renews !== undefined;
      const answer = judge(order, renewal);
      if (answer.kind !== "endpoint_unknown") return answer;
      const endpoint = await deps.describe(order.endpointId, signal);
      if (endpoint === undefined) {
        const reason = `the site protects endpoints by what KSC says of them, and KSC does not know ${order.endpointId}`;
        return { kind: "refuse", code: "endpoint.not_found", reason };
      }
      known.learn(endpoint);
      const told = judge(order, renewal);
      // It was learned a moment ago; if it is gone again, the next attempt asks anew.
      return told.kind === "endpoint_unknown" ? FORGOTTEN : told;
    },

    lastWord({ order, renews }) {
      const answer = killed(order.spec.kind) ?? judge(order, renews !== undefined);
      if (answer.kind === "endpoint_unknown") return FORGOTTEN;
      if (answer.kind === "go" && renews === undefined) {
        const { actionId, endpointId, spec } = order;
        sends.note({ actionId, kind: spec.kind, endpointId, at: clock.now() });
      }
      return answer;
    },

    stops: (kind) => pulled !== undefined && (kind === undefined || pulled.kinds.includes(kind)),

    setPolicy(next) {
      if (next?.sha256 === inForce?.sha256) return;
      inForce = next;
      sends.setCaps(next?.policy.caps ?? [], clock.now());
      logger.info("policy.in_force", { sha256: next?.sha256 ?? "none" });
    },

    setPolicyProblem(problem) {
      if (problem === policyProblem) return;
      policyProblem = problem;
      if (problem === undefined) return;
      const stays = inForce === undefined ? "none" : inForce.sha256;
      logger.error("policy.problem", { code: "policy.invalid", reason: problem, staysInForce: stays });
    },

    setKillSwitch(next) {
      const was = pulled;
      pulled = next;
      if (next === undefined) {
        if (was !== undefined) logger.warn("kill_switch.off", { pulledFor: clock.now() - was.since });
      } else if (was === undefined || was.reason !== next.reason || was.kinds.length !== next.kinds.length) {
        logger.warn("kill_switch.on", { reason: next.reason, kinds: next.kinds });
      }
    },

    setUnwritable(reason) {
      if (reason === undefined) {
        logger.info("ledger.writable", {});
        unwritable = undefined;
        return;
      }
      if (reason !== unwritable?.reason) logger.error("ledger.unwritable", { code: "ledger.unwritable", reason });
      unwritable = { since: unwritable?.since ?? clock.now(), reason };
    },

    view() {
      const now = clock.now();
      return {
        ...(pulled === undefined ? {} : { killSwitch: pulled }),
        ...(inForce === undefined ? {} : { policySha256: inForce.sha256 }),
        ...(policyProblem === undefined ? {} : { policyProblem }),
        ...(unwritable === undefined ? {} : { unwritable }),
        refusals: [...diskRefusals(unwritable), ...killRefusals(pulled), ...policyRefusals(inForce?.policy, now)],
      };
    },
  };
}

const GO: SiteAnswer = { kind: "go" };
const FORGOTTEN: SiteAnswer = {
  kind: "hold",
  code: "endpoint.not_found",
  reason: "the endpoint is being looked up at KSC, because the site protects endpoints by name, address or group",
  retryMs: 1_000,
};

function diskRefusals(unwritable: SiteWordView["unwritable"]): readonly SiteRefusal[] {
  return unwritable === undefined ? [] : [{ code: "ledger.unwritable", reason: unwritable.reason }];
}

function killRefusals(pulled: KillSwitch | undefined): readonly SiteRefusal[] {
  if (pulled === undefined) return [];
  const reason = pulled.reason ?? "no reason was written down";
  const code = "agent.site_stopped";
  if (pulled.kinds.length === ACTION_KINDS.length) return [{ code, reason }];
  return pulled.kinds.map((kind) => ({ kind, code, reason }));
}

function policyRefusals(policy: SitePolicy | undefined, now: EpochMs): readonly SiteRefusal[] {
  if (policy === undefined) return [];
  return ACTION_KINDS.flatMap((kind): readonly SiteRefusal[] => {
    if (!policy.allowed.includes(kind)) {
      return [{ kind, code: "policy.action_not_allowed", reason: `this site does not allow ${kind}` }];
    }
    const opening = nextOpening(policy.hours, kind, now);
    if (opening === now) return [];
    const until = opening === undefined ? "never" : `not before ${new Date(opening).toISOString()}`;
    return [{ kind, code: "policy.outside_hours", reason: `${kind} goes out at this site's hours only: ${until}` }];
  });
}
