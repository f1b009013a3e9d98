export { type ApprovedThing, approvalHash, changedParts } from "./approval-hash.ts";
export {
  APPROVAL_STATES,
  type ApprovalCase,
  type ApprovalState,
  castVote,
  decideSilence,
  type Vote,
  type VoteOutcome,
  type VoteRefusal,
} from "./cast-vote.ts";
export {
  APPROVAL_LIMITS,
  type ApprovalPolicy,
  approvalEnd,
  canBeMet,
  PLAIN_APPROVAL,
  policiesOf,
  printPolicy,
  silenceMeans,
} from "./policy.ts";
