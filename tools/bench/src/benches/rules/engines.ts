import { cel } from "./cel.ts";
import { closures } from "./closures.ts";
import { cordon } from "./cordon.ts";
import type { RulesEngine } from "./engine.ts";
import { jsonRulesEngine } from "./json-rules-engine.ts";
import { zen } from "./zen.ts";

export const SIZES = [10, 100, 1_000, 10_000] as const;
export type Size = (typeof SIZES)[number];

export const SEED = 20_260_301;
/** So few that they stay in the processor's cache, as an event does that has just been parsed. */
export const EVENTS = 256;

export interface BenchEngine {
  readonly engine: RulesEngine;
  /** Events of one round: some tenths of a second for each engine. */
  readonly eventsPerRound: (rules: Size) => number;
  /** How many events are put to it before it is timed, to be compared with the reference. */
  readonly compared: (rules: Size) => number;
}

const few = (rules: Size): number => (rules === 10_000 ? 48 : EVENTS);
const rulesAsked = (perRound: number) => (rules: Size) => Math.max(2, Math.ceil(perRound / rules));

export const ENGINES: readonly BenchEngine[] = [
  // Its cost hangs on the events, not on the rules.
  { engine: cordon, eventsPerRound: () => 200_000, compared: few },
  { engine: closures, eventsPerRound: rulesAsked(3_000_000), compared: few },
  { engine: cel, eventsPerRound: rulesAsked(1_000_000), compared: few },
  { engine: zen, eventsPerRound: rulesAsked(300_000), compared: few },
  // It takes a second for one event of 10,000 rules.
  {
    engine: jsonRulesEngine,
    eventsPerRound: rulesAsked(15_000),
    compared: (rules) => Math.min(few(rules), Math.ceil(100_000 / rules)),
  },
];
