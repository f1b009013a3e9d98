import { approvalHash, castVote, changedParts, type VoteOutcome } from "@cordon/core/approval";
import { type ActionId, asAppError, type Clock, type Logger, type TenantId } from "@cordon/core/kernel";
import { type HeldRelease, RELEASE_ACTIONS_MAX } from "../actions/release-held.ts";
import type {
  ApprovalFilter,
  ApprovalRecord,
  ApprovalSelection,
  ApprovalStore,
  DecidedApproval,
  VoteWrites,
} from "../ports/approvals.ts";
import { type CarryOutDeps, createCarryOut } from "./carry-out.ts";

export interface DecideRequest {
  readonly selection: ApprovalSelection;
  readonly verdict: "approve" | "reject";
  /** Of what the person has seen; a rejection needs none. */
  readonly hash?: string;
  readonly reason: string;
  readonly actor: string;
  /** As whom the person counts where the action is, besides the name; undefined: the person may not decide about it. */
  readonly standingAt: (action: Pick<ApprovalRecord, "siteId" | "kind">) => readonly string[] | undefined;
}

export type DecideAnswer =
  | {
      readonly kind: "decided";
      /** In the order of the approvals, oldest first. */
      readonly votes: readonly CastVote[];
      /** Of what was approved by this vote. */
      readonly releases: readonly HeldRelease[];
    }
  /** [A5] Nothing was counted. */
  | { readonly kind: "changed"; readonly parts: readonly string[]; readonly hash: string; readonly actions: number }
  | { readonly kind: "too_many"; readonly actionsMax: number }
  /** The person may not decide about this one of them; nothing was counted. */
  | { readonly kind: "forbidden"; readonly action: Pick<ApprovalRecord, "siteId" | "kind"> }
  | { readonly kind: "not_found" };

export type CastVote = { readonly actionId: ActionId } & VoteOutcome;

export interface SelectedApprovals {
  readonly hash: string;
  readonly approvals: readonly ApprovalRecord[];
}

/** Where people say yes and no. */
export interface ApprovalDesk {
  list(tenantId: TenantId, filter: ApprovalFilter): Promise<readonly ApprovalRecord[]>;
  get(tenantId: TenantId, actionId: ActionId): Promise<ApprovalRecord | undefined>;
  /** What of the selection is open, with the hash over all of it; `too_many`: more than one decision may be about. */
  select(tenantId: TenantId, selection: ApprovalSelection): Promise<SelectedApprovals | "too_many">;
  /** One vote about everything that the selection names: one action, or all that a rule, an event or a storm at a site has held. */
  decide(tenantId: TenantId, request: DecideRequest): Promise<DecideAnswer>;
}

/** What one decision may be about. */
export const APPROVALS_AT_ONCE_MAX = RELEASE_ACTIONS_MAX;

export function createApprovalDesk(
  deps: Omit<CarryOutDeps, "approvals"> & {
    readonly approvals: ApprovalStore;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): ApprovalDesk {
  const { approvals, logger } = deps;
  const carryOut = createCarryOut(deps);

  /** What fails here is done by the watch. */
  const carryOutNow = async (tenantId: TenantId, decided: readonly DecidedApproval[]) => {
    try {
      return await carryOut(tenantId, decided);
    } catch (thrown) {
      const { code, message } = asAppError(thrown);
      logger.warn("approval.carry_out", { tenantId, outcome: "left_to_watch", code, error: message });
      return [];
    }
  };

  return {
    list: (tenantId, filter) => approvals.listApprovals(tenantId, filter),
    get: (tenantId, actionId) => approvals.getApproval(tenantId, actionId),
    async select(tenantId, selection) {
      const filter = { ...selection, state: "open", limit: APPROVALS_AT_ONCE_MAX + 1 } as const;
      const found = await approvals.listApprovals(tenantId, filter);
      return found.length > APPROVALS_AT_ONCE_MAX ? "too_many" : { hash: approvalHash(found), approvals: found };
    },
    async decide(tenantId, request) {
      const { selection, actor, reason, verdict } = request;
      const { answer, writes } = await approvals.vote(tenantId, selection, APPROVALS_AT_ONCE_MAX, (found) =>
        judge(found, request, deps.clock),
      );
      if (answer.kind !== "decided") return answer;
      logger.warn("approval.vote", {
        tenantId,
        ...selection,
        actor,
        verdict,
        reason,
        votes: writes.votes.length,
        decided: writes.decided.length,
      });
      const releases = writes.decided.length === 0 ? [] : await carryOutNow(tenantId, writes.decided);
      return { ...answer, releases };
    },
  };
}

const NOTHING: VoteWrites = { votes: [], decided: [] };

function judge(
  found: readonly ApprovalRecord[],
  { actor, verdict, hash, reason, standingAt }: DecideRequest,
  clock: Clock,
): { readonly answer: DecideAnswer; readonly writes: VoteWrites } {
  if (found.length === 0) return { answer: { kind: "not_found" }, writes: NOTHING };
  if (found.length > APPROVALS_AT_ONCE_MAX) {
    return { answer: { kind: "too_many", actionsMax: APPROVALS_AT_ONCE_MAX }, writes: NOTHING };
  }
  const forbidden = found.find((each) => standingAt(each) === undefined);
  if (forbidden !== undefined) return { answer: { kind: "forbidden", action: forbidden }, writes: NOTHING };
  const present = approvalHash(found);
  const undecided = found.some(({ state }) => state === "open");
  if (undecided && verdict === "approve" && hash !== present) {
    const parts = changedParts(hash ?? "", present);
    return { answer: { kind: "changed", parts, hash: present, actions: found.length }, writes: NOTHING };
  }
  const now = clock.now();
  const votes = found.map((each) => {
    const standing = standingAt(each) ?? [];
    return { each, standing, outcome: castVote(caseOf(each), { voter: actor, standing, verdict, now }) };
  });
  const counted = votes.filter(({ outcome }) => outcome.kind !== "refused");
  const decided = counted.flatMap(({ each: { actionId }, outcome: { kind } }): readonly DecidedApproval[] =>
    kind === "approved" || kind === "rejected" ? [{ actionId, state: kind, by: actor, reason, at: now }] : [],
  );
  return {
    answer: {
      kind: "decided",
      votes: votes.map(({ each: { actionId }, outcome }) => ({ actionId, ...outcome })),
      releases: [],
    },
    writes: {
      votes: counted.map(({ each, standing }) => ({
        actionId: each.actionId,
        voter: actor,
        standing,
        verdict,
        reason,
        votedAt: now,
        hash: approvalHash([each]),
      })),
      decided,
    },
  };
}

/** An action that is held no more has nothing to be decided about. */
function caseOf({ state, actionState, policies, author, expiresAt, votes }: ApprovalRecord) {
  const yes = votes.filter(({ verdict }) => verdict === "approve");
  return {
    state: state === "open" && actionState !== "held" ? ("void" as const) : state,
    policies,
    ...(author === undefined ? {} : { author }),
    expiresAt,
    approvers: yes.map(({ voter }) => voter),
    standings: new Map(yes.map(({ voter, standing }) => [voter, standing])),
  };
}
