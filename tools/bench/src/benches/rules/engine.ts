import type { CorrelationEvent } from "@cordon/core/event";
import type { Rule } from "@cordon/core/rules";

/** One way to answer which rules an event meets. */
export interface RulesEngine {
  readonly name: string;
  /** Nothing here is timed: the engine may bring the rules and the events into the form that suits it best. */
  prepare(rules: readonly Rule[], events: readonly CorrelationEvent[]): Promise<PreparedEngine>;
}

export interface PreparedEngine {
  /** Of the rules that the event at this place meets, their places in the list handed in, in any order. This is timed. */
  answer(eventPlace: number): readonly number[] | Promise<readonly number[]>;
  close(): void;
}
