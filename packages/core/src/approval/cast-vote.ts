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
  readonly verdict: "approve" | "reject";
  readonly now: EpochMs;
}

/**
 * [A1-A4] What one vote makes of an approval. One no decides, whoever of those asked says it; a yes counts once per person, and for each
 * policy that asks that person.
 */
export function castVote(approval: ApprovalCase, { voter, verdict, now }: Vote): VoteOutcome {
  if (approval.state !== "open") return refused("approval.decided", `It is ${approval.state} already.`);
  if (now >= approval.expiresAt) {
    return refused("approval.overdue", `It could be decided until ${new Date(approval.expiresAt).toISOString()}.`);
  }
  const { policies, author, approvers } = approval;
  const asked = policies.filter(({ of }) => of === undefined || of.includes(voter));
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
  if (asked.every((policy) => !counts(policy, voter, author))) {
    return refused(
      "approval.author",
      `${voter} asks for it, by an order or by having published its rule set: somebody else has to approve it.`,
    );
  }
  const yes = [...approvers, voter];
  const unmet = policies.filter((policy) => yesOf(policy, yes, author) < policy.need);
  if (unmet.length === 0) return { kind: "approved" };
  const missing = unmet.map((policy) => `${policy.need - yesOf(policy, yes, author)} more of ${printPolicy(policy)}`);
  return { kind: "counted", missing: missing.join("; and ") };
}

function yesOf(policy: ApprovalPolicy, yes: readonly string[], author: string | undefined): number {
  return yes.filter((voter) => counts(policy, voter, author)).length;
}

function counts({ of, notAuthor }: ApprovalPolicy, voter: string, author: string | undefined): boolean {
  return (of === undefined || of.includes(voter)) && !(notAuthor && voter === author);
}

function refused(code: VoteRefusal, message: string): VoteOutcome {
  return { kind: "refused", code, message };
}

/** What silence makes of an approval that is due. `held`: its action still waits. */
export function decideSilence(held: boolean, onTimeout: "deny" | "allow"): Exclude<ApprovalState, "open"> {
  if (!held) return "void";
  return onTimeout === "allow" ? "approved" : "rejected";
}
