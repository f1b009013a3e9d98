import { createSeededRandom } from "@cordon/testkit";
import type { Bench, BenchContext } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { interleavedMedians } from "../rounds.ts";
import { cel } from "./rules/cel.ts";
import { closures } from "./rules/closures.ts";
import { measureCompiling } from "./rules/compiling.ts";
import { cordon } from "./rules/cordon.ts";
import { collectGarbage, cpuNs, threadCpuNs } from "./rules/cpu-time.ts";
import type { PreparedEngine, RulesEngine } from "./rules/engine.ts";
import { mixEvents } from "./rules/event-mix.ts";
import { jsonRulesEngine } from "./rules/json-rules-engine.ts";
import { referenceAnswer } from "./rules/reference.ts";
import { mixRules } from "./rules/rule-mix.ts";
import { zen } from "./rules/zen.ts";

const SIZES = [10, 100, 1_000, 10_000] as const;
type Size = (typeof SIZES)[number];

const SEED = 20_260_301;
/** So few that they stay in the processor's cache, as an event does that has just been parsed. */
const EVENTS = 256;

/** Each engine, and how many rules it is given to ask in one round: some tenths of a second for each. */
const ENGINES: readonly (readonly [engine: RulesEngine, rulesPerRound: number])[] = [
  [cordon, 0],
  [closures, 3_000_000],
  [cel, 1_000_000],
  [zen, 300_000],
  [jsonRulesEngine, 15_000],
];
/** Its cost hangs on the events, not on the rules. */
const CORDON_EVENTS_PER_ROUND = 200_000;

/** How many events are put to an engine before it is timed, to be compared with the reference. */
const COMPARED: Readonly<Record<Size, number>> = { 10: EVENTS, 100: EVENTS, 1000: EVENTS, 10000: 48 };
/** json-rules-engine takes a second for one event of 10,000 rules. */
const COMPARED_RULES_MAX = 100_000;

/** What an event costs against the engines that one would take otherwise, on the same rules and events. */
export const rulesBench: Bench = {
  name: "rules",
  summary: "which of 10 to 10,000 rules an event meets, beside json-rules-engine, zen-engine, CEL and plain closures",
  async run(context) {
    const figures: Measurement[] = [];
    const cost = new Map<Size, number>();
    for (const size of SIZES) {
      const measured = await measure(context, size);
      cost.set(size, measured.cordonNs);
      figures.push(...measured.figures);
    }
    figures.push({
      name: "an event with 10,000 rules beside one with 100",
      value: cost.get(10_000) ?? 0,
      unit: "ns",
      peer: { name: "ns with 100 rules", value: cost.get(100) ?? 0 },
      goal: { of: "ratio", atMost: 10 },
    });
    figures.push(...measureCompiling(context));
    return figures;
  },
};

async function measure(
  { rounds, say }: BenchContext,
  size: Size,
): Promise<{ readonly cordonNs: number; readonly figures: readonly Measurement[] }> {
  const mixed = mixRules(size);
  const rules = mixed.map(({ rule }) => rule);
  // Out of JSON, as events come: so their texts lie in memory as a parser leaves them.
  const events: ReturnType<typeof mixEvents> = JSON.parse(
    JSON.stringify(mixEvents(mixed, EVENTS, createSeededRandom(SEED))),
  );
  const expected = events.slice(0, COMPARED[size]).map((event) => referenceAnswer(rules, event));
  const matches = expected.reduce((sum, places) => sum + places.length, 0) / expected.length;
  say(`${size} rules: preparing, and comparing all engines with the reference …`);
  const sides: Record<string, () => Promise<number>> = {};
  const prepared: PreparedEngine[] = [];
  for (const [engine, rulesPerRound] of ENGINES) {
    const ready = await engine.prepare(rules, events);
    prepared.push(ready);
    const compared = engine === jsonRulesEngine ? Math.ceil(COMPARED_RULES_MAX / size) : expected.length;
    await compare(engine.name, ready, expected.slice(0, compared));
    const count = rulesPerRound === 0 ? CORDON_EVENTS_PER_ROUND : Math.max(2, Math.ceil(rulesPerRound / size));
    sides[engine.name] = () => nsPerEvent(ready, count);
  }
  say(`${size} rules: ${rounds} rounds …`);
  const medians = await interleavedMedians(rounds, sides);
  for (const each of prepared) each.close();
  const ns = (engine: RulesEngine): number => medians[engine.name] ?? Number.NaN;
  const best = ENGINES.map(([engine]) => engine)
    .filter((engine) => engine !== cordon)
    .reduce((left, right) => (ns(right) < ns(left) ? right : left));
  const value = perSecond(ns(cordon));
  const name = `${size.toLocaleString("en-US")} rules`;
  const figure = (peer: RulesEngine, atLeast?: number): Measurement => ({
    name: `${name}, events`,
    value,
    unit: "1/s",
    peer: { name: peer.name, value: perSecond(ns(peer)) },
    ...(atLeast === undefined ? {} : { goal: { of: "ratio", atLeast } }),
  });
  const others = ENGINES.map(([engine]) => engine).filter((engine) => engine !== cordon && engine !== best);
  return {
    cordonNs: ns(cordon),
    figures: [
      figure(best, BEST_PEER_GOALS[size]),
      ...others.map((peer) => figure(peer, peer === jsonRulesEngine ? JSON_RULES_ENGINE_GOALS[size] : undefined)),
      { name: `${name}, matches per event`, value: matches, unit: "" },
    ],
  };
}

const BEST_PEER_GOALS: Partial<Record<Size, number>> = { 1000: 150, 10000: 200 };
const JSON_RULES_ENGINE_GOALS: Partial<Record<Size, number>> = { 10000: 10_000 };

async function nsPerEvent(engine: PreparedEngine, count: number): Promise<number> {
  collectGarbage();
  // Engines that answer at once are asked in a plain loop, so that waiting is no part of their figure.
  if (!(engine.ask(0) instanceof Promise)) return nsPerAnswer(engine, count);
  const before = cpuNs();
  for (let event = 0; event < count; event++) await engine.ask(event % EVENTS);
  return (cpuNs() - before) / count;
}

function nsPerAnswer(engine: PreparedEngine, count: number): number {
  const before = threadCpuNs();
  for (let event = 0; event < count; event++) engine.ask(event % EVENTS);
  return (threadCpuNs() - before) / count;
}

async function compare(name: string, engine: PreparedEngine, expected: readonly (readonly number[])[]): Promise<void> {
  for (const [event, places] of expected.entries()) {
    const named = engine.placesIn(await engine.ask(event));
    const answer = named.toSorted((left, right) => left - right).join(" ");
    if (answer === places.join(" ")) continue;
    throw new Error(`${name} answers [${answer}] for event ${event}; the reference says [${places.join(" ")}].`);
  }
}

function perSecond(ns: number): number {
  return 1e9 / ns;
}
