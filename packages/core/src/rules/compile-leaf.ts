import type { CorrelationEvent } from "../event/index.ts";
import type { EvaluationFacts } from "./facts.ts";
import type { Scalar } from "./when.ts";

export type Fields = CorrelationEvent["fields"];

/** Whether a leaf of a rule's tree holds. */
export type Test = (fields: Fields, facts: EvaluationFacts) => boolean;

/** Whether one element of the left side does. */
export type ElementTest = (element: Scalar) => boolean;

export interface PricedTest {
  readonly test: Test;
  /** What asking costs, guessed: to compare two short values costs 1. Cheap ones are asked first. */
  readonly cost: number;
}

/** Stands where a mistake was reported; the set that it belongs to is refused. */
export const NEVER: PricedTest = { test: () => false, cost: 0 };

export const COST = {
  compare: 1,
  part: 2,
  find: 4,
  subnet: 3,
  bits: 5,
  list: 8,
  regex: 60,
  calendar: 100,
  count: 200,
} as const;
