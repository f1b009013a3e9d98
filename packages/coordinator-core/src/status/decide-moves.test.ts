import type { ActionState } from "@cordon/core/action";
import { type ActionId, actionId } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { decideMoves } from "./decide-moves.ts";

const a = actionId("a");
const present = (state: ActionState): ReadonlyMap<ActionId, ActionState> => new Map([[a, state]]);
const wanted = (...states: readonly ActionState[]) => states.map((state) => ({ actionId: a, state }));

test("a later wish meets the state that an earlier one of the batch made", () => {
  expect(decideMoves(present("queued"), wanted("submitted", "succeeded", "running"))).toEqual([
    { actionId: a, outcome: "moved", state: "submitted" },
    { actionId: a, outcome: "moved", state: "succeeded" },
    { actionId: a, outcome: "ignored", state: "succeeded" },
  ]);
});

test("the same wish again changes nothing", () => {
  expect(decideMoves(present("running"), wanted("running"))).toEqual([
    { actionId: a, outcome: "unchanged", state: "running" },
  ]);
});

test("an unknown action is not found, and the others are decided all the same", () => {
  const b = actionId("b");
  expect(decideMoves(present("queued"), [{ actionId: b, state: "running" }, ...wanted("delivered")])).toEqual([
    { actionId: b, outcome: "not_found" },
    { actionId: a, outcome: "moved", state: "delivered" },
  ]);
});
