import type { CorrelationEvent } from "@cordon/core/event";
import type { Rule } from "@cordon/core/rules";

/** One way to answer which rules an event meets. */
export interface RulesEngine {
  readonly name: string;
  /** Nothing here is timed: the engine may bring the rules and the events into the form that suits it best. */
  prepare(rules: readonly Rule[], events: readonly CorrelationEvent[]): Promise<PreparedEngine>;
}

export interface PreparedEngine {
  /** This is timed: the engine's answer about the event at this place, in its own form. */
  ask(eventPlace: number): unknown;
  /** Of the rules that an answer names, their places in the list handed in, in any order. */
  placesIn(answer: unknown): readonly number[];
  close(): void;
}
