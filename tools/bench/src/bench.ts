import type { Measurement } from "./figure.ts";

export interface BenchContext {
  readonly rounds: number;
  /** Progress for a person, on standard error. */
  say(text: string): void;
}

export interface Bench {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  run(context: BenchContext): Promise<readonly Measurement[]>;
}
