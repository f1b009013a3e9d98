import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, epochMs } from "../kernel/index.ts";
import { type ApprovalCase, castVote, decideSilence, type Vote } from "./cast-vote.ts";
import { type ApprovalPolicy, silenceMeans } from "./policy.ts";

const START = epochMs(1_772_442_000_000);
const PEOPLE = ["ann", "bob", "cid", "dee", "eve"];

const policy: fc.Arbitrary<ApprovalPolicy> = fc.record(
  {
    need: fc.integer({ min: 1, max: 4 }),
    of: fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1 }),
    onTimeout: fc.constantFrom("deny", "allow"),
    notAuthor: fc.boolean(),
  },
  { requiredKeys: ["need", "onTimeout", "notAuthor"] },
);

const start: fc.Arbitrary<ApprovalCase> = fc.record({
  state: fc.constant("open"),
  policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
  author: fc.constantFrom(...PEOPLE),
  expiresAt: fc.constant(addMs(START, 20)),
  approvers: fc.constant([]),
});

const vote: fc.Arbitrary<Vote> = fc.record({
  voter: fc.constantFrom(...PEOPLE, "mallory"),
  verdict: fc.oneof({ weight: 5, arbitrary: fc.constant("approve") }, { weight: 1, arbitrary: fc.constant("reject") }),
  now: fc.integer({ min: 0, max: 25 }).map((ms) => addMs(START, ms)),
});

/** What the votes make of it, with everybody who was counted. */
function walk(first: ApprovalCase, votes: readonly Vote[]) {
  let present = first;
  const steps = votes.map((each) => {
    const before = present;
    const outcome = castVote(before, each);
    if (outcome.kind === "approved" || outcome.kind === "rejected") present = { ...present, state: outcome.kind };
    const said = outcome.kind === "approved" || outcome.kind === "counted";
    if (said) present = { ...present, approvers: [...present.approvers, each.voter] };
    return { before, each, outcome };
  });
  return { steps, present };
}

const admits = ({ of, notAuthor }: ApprovalPolicy, voter: string, author: string | undefined) =>
  (of === undefined || of.includes(voter)) && !(notAuthor && voter === author);

describe("an approval", () => {
  it("[A1] [A2] is given exactly when every policy has so many different persons that it admits", () => {
    fc.assert(
      fc.property(start, fc.array(vote, { maxLength: 12 }), (first, votes) => {
        const { present } = walk(first, votes);
        const met = first.policies.every(
          (each) => present.approvers.filter((voter) => admits(each, voter, first.author)).length >= each.need,
        );
        expect(new Set(present.approvers).size).toBe(present.approvers.length);
        if (present.state === "approved") expect(met).toBe(true);
        if (present.state === "open") expect(met).toBe(false);
      }),
    );
  });

  it("[A1] nobody counts twice, uninvited, after the end, or as the author of what says notAuthor", () => {
    fc.assert(
      fc.property(start, fc.array(vote, { maxLength: 12 }), (first, votes) => {
        for (const { before, each, outcome } of walk(first, votes).steps) {
          if (outcome.kind === "refused") continue;
          expect(each.now).toBeLessThan(first.expiresAt);
          expect(first.policies.some(({ of }) => of === undefined || of.includes(each.voter))).toBe(true);
          if (each.verdict === "reject") continue;
          expect(before.approvers).not.toContain(each.voter);
          expect(first.policies.some((one) => admits(one, each.voter, first.author))).toBe(true);
        }
      }),
    );
  });

  it("[A3] [A4] one no of a person who is asked decides, and what is decided stays so", () => {
    fc.assert(
      fc.property(start, fc.array(vote, { maxLength: 12 }), (first, votes) => {
        const { steps } = walk(first, votes);
        const end = steps.findIndex(({ outcome }) => outcome.kind === "approved" || outcome.kind === "rejected");
        for (const { outcome } of end === -1 ? [] : steps.slice(end + 1)) {
          expect(outcome).toMatchObject({ kind: "refused", code: "approval.decided" });
        }
        const no = steps.find(
          ({ before, each }) =>
            before.state === "open" &&
            each.verdict === "reject" &&
            each.now < first.expiresAt &&
            first.policies.some(({ of }) => of === undefined || of.includes(each.voter)),
        );
        if (no !== undefined) expect(no.outcome.kind).toBe("rejected");
      }),
    );
  });

  it("[A1] the author is told to let somebody else approve", () => {
    const own = { need: 1, onTimeout: "deny", notAuthor: true } as const;
    const approval: ApprovalCase = {
      state: "open",
      policies: [own],
      author: "ann",
      expiresAt: addMs(START, 1),
      approvers: [],
    };
    expect(castVote(approval, { voter: "ann", verdict: "approve", now: START })).toEqual({
      kind: "refused",
      code: "approval.author",
      message: "ann asks for it, by an order or by having published its rule set: somebody else has to approve it.",
    });
    expect(castVote(approval, { voter: "bob", verdict: "approve", now: START })).toEqual({ kind: "approved" });
  });

  it("[A4] silence means no unless everybody said yes, and nothing for what has ended", () => {
    const allow = { need: 1, onTimeout: "allow", notAuthor: false } as const;
    expect(silenceMeans([allow, allow])).toBe("allow");
    expect(silenceMeans([allow, { ...allow, onTimeout: "deny" }])).toBe("deny");
    expect(decideSilence(true, "allow")).toBe("approved");
    expect(decideSilence(true, "deny")).toBe("rejected");
    expect(decideSilence(false, "allow")).toBe("void");
  });
});

describe("a role or a group that is asked", () => {
  const asks = (of: readonly string[], need: number): ApprovalCase => ({
    state: "open",
    policies: [{ need, of, onTimeout: "deny", notAuthor: true }],
    author: "ann",
    expiresAt: addMs(START, 20),
    approvers: [],
  });
  const yes = (voter: string, standing: readonly string[]): Vote => ({
    voter,
    standing,
    verdict: "approve",
    now: START,
  });

  it("[A2] counts each of its persons once, as they stood when they said it, and never the author", () => {
    const start = asks(["role:approver", "group:soc"], 2);
    expect(castVote(start, yes("bob", []))).toMatchObject({ kind: "refused", code: "approval.not_asked" });
    expect(castVote(start, yes("bob", ["role:viewer"]))).toMatchObject({ code: "approval.not_asked" });
    expect(castVote(start, yes("ann", ["role:approver"]))).toMatchObject({ code: "approval.author" });
    expect(castVote(start, yes("bob", ["role:approver"]))).toMatchObject({ kind: "counted" });
    const one = { ...start, approvers: ["bob"], standings: new Map([["bob", ["role:approver"]]]) };
    expect(castVote(one, yes("bob", ["group:soc"]))).toMatchObject({ code: "approval.voted_already" });
    expect(castVote(one, yes("cid", ["group:soc"]))).toEqual({ kind: "approved" });
    const lapsed = { ...start, approvers: ["bob"], standings: new Map([["bob", []]]) };
    expect(castVote(lapsed, yes("cid", ["group:soc"]))).toMatchObject({ kind: "counted" });
  });
});
