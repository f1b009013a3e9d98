import { assertNever, type EpochMs } from "../kernel/index.ts";
import { type ApprovalPolicy, printPolicy } from "./policy.ts";

/** `void`: its action ended before anybody had decided. */
export const APPROVAL_STATES = ["open", "approved", "rejected", "void"] as const;

export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** What a vote is held against. */
export interface ApprovalCase {
  readonly state: ApprovalState;
  readonly policies: readonly ApprovalPolicy[];
  /** Who published the rule set, or ordered it by hand; absent: nobody knows. */
  readonly author?: string;
  readonly expiresAt: EpochMs;
  /** Who has said yes so far, each once. */
  readonly approvers: readonly string[];
  /** As whom they counted besides their names, when they said it: `role:approver`, `group:soc`. */
  readonly standings?: ReadonlyMap<string, readonly string[]>;
}

export type VoteRefusal =
  | "approval.decided"
  | "approval.overdue"
  | "approval.author"
  | "approval.not_asked"
  | "approval.voted_already";

export type VoteOutcome =
  /** It is kept, and more are needed: `missing` says whose. */
  | { readonly kind: "counted"; readonly missing: string }
  | { readonly kind: "approved" }
  | { readonly kind: "rejected" }
  | { readonly kind: "refused"; readonly code: VoteRefusal; readonly message: string };

export interface Vote {
  readonly voter: string;
  /** As whom the voter counts besides the name. */
  readonly standing?: readonly string[];
  readonly verdict: "approve" | "reject";
  readonly now: EpochMs;
}

/**
 * [A1-A4] What one vote makes of an approval. One no decides, whoever of those asked says it; a yes counts once per person, and for each
 * policy that asks that person.
 */
export function castVote(approval: ApprovalCase, { voter, standing = [], verdict, now }: Vote): VoteOutcome {
  if (approval.state !== "open") return refused("approval.decided", `It is ${approval.state} already.`);
  if (now >= approval.expiresAt) {
    return refused("approval.overdue", `It could be decided until ${new Date(approval.expiresAt).toISOString()}.`);
  }
  const { policies, author, approvers } = approval;
  const standings = new Map([...(approval.standings ?? []), [voter, standing]]);
  const counts = (policy: ApprovalPolicy, who: string): boolean =>
    isAsked(policy, who, standings.get(who)) && !(policy.notAuthor && who === author);
  const asked = policies.filter((policy) => isAsked(policy, voter, standing));
  if (asked.length === 0) {
    return refused(
      "approval.not_asked",
      `${voter} is not asked: it needs ${policies.map(printPolicy).join("; and ")}.`,
    );
  }
  switch (verdict) {
    case "reject":
      return { kind: "rejected" };
    case "approve":
      break;
    default:
      return assertNever(verdict);
  }
  if (approvers.includes(voter))
    return refused("approval.voted_already", `${voter} has said yes already; it takes others.`);
  if (asked.every((policy) => !counts(policy, voter))) {
    return refused(
      "approval.author",
      `${voter} asks for it, by an order or by having published its rule set: somebody else has to approve it.`,
    );
  }
  const yes = [...approvers, voter];
  const yesOf = (policy: ApprovalPolicy): number => yes.filter((who) => counts(policy, who)).length;
  const unmet = policies.filter((policy) => yesOf(policy) < policy.need);
  if (unmet.length === 0) return { kind: "approved" };
  const missing = unmet.map((policy) => `${policy.need - yesOf(policy)} more of ${printPolicy(policy)}`);
  return { kind: "counted", missing: missing.join("; and ") };
}

/** By name, by a role where the action is, or by a group. */
function isAsked({ of }: ApprovalPolicy, who: string, standing: readonly string[] = []): boolean {
  return of === undefined || of.includes(who) || standing.some((one) => of.includes(one));
}

function refused(code: VoteRefusal, message: string): VoteOutcome {
  return { kind: "refused", code, message };
}

/** What silence makes of an approval that is due. `held`: its action still waits. */
export function decideSilence(held: boolean, onTimeout: "deny" | "allow"): Exclude<ApprovalState, "open"> {
  if (!held) return "void";
  return onTimeout === "allow" ? "approved" : "rejected";
}
