import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LinkState, nextInChain } from "./chain.ts";

const action = fc.constantFrom({}, { onFailure: "stop" as const }, { onFailure: "continue" as const });

/** Runs a chain to its end; `fate` says how each action ends once it is ordered. */
function run(actions: readonly { readonly onFailure?: "stop" | "continue" }[], fates: readonly LinkState[]) {
  const states: LinkState[] = actions.map(() => "not_ordered");
  const ordered: number[] = [];
  for (let turn = 0; turn < 2 * actions.length + 1; turn++) {
    const step = nextInChain(actions, states);
    expect(nextInChain(actions, states)).toEqual(step);
    if (step.kind === "order") {
      ordered.push(step.index);
      states[step.index] = "open";
    } else if (step.kind === "wait") states[step.index] = fates[step.index] ?? "succeeded";
    else return { ordered, step };
  }
  throw new Error("the chain does not end");
}

describe("a chain of actions", () => {
  const chains = fc
    .array(fc.tuple(action, fc.constantFrom<LinkState>("succeeded", "other")), { minLength: 1, maxLength: 6 })
    .map((each) => ({ actions: each.map(([one]) => one), fates: each.map(([, fate]) => fate) }));

  it("[R24] orders one action at a time, in order, each at most once, and comes to an end", () => {
    fc.assert(
      fc.property(chains, ({ actions, fates }) => {
        const { ordered } = run(actions, fates);
        expect(ordered).toEqual(actions.slice(0, ordered.length).map((_, index) => index));
      }),
    );
  });

  it("[R24] stops behind the first action that did not succeed and does not say `continue`, and nowhere else", () => {
    fc.assert(
      fc.property(chains, ({ actions, fates }) => {
        const { ordered, step } = run(actions, fates);
        const breaks = fates.findIndex((fate, index) => fate === "other" && actions[index]?.onFailure !== "continue");
        const last = breaks === -1 ? actions.length - 1 : breaks;
        expect(ordered).toHaveLength(last + 1);
        expect(step).toEqual(
          last === actions.length - 1 ? { kind: "done" } : { kind: "stopped", by: last, from: last + 1 },
        );
      }),
    );
  });
});
