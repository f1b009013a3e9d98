import type { Bench, BenchContext } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { interleavedMedians } from "../rounds.ts";
import { measureCompiling } from "./rules/compiling.ts";
import { cordon } from "./rules/cordon.ts";
import type { RulesEngine } from "./rules/engine.ts";
import { startEngine } from "./rules/engine-process.ts";
import { ENGINES, SIZES, type Size } from "./rules/engines.ts";
import { jsonRulesEngine } from "./rules/json-rules-engine.ts";

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
  say(`${size} rules: preparing, and comparing all engines with the reference …`);
  await using engines = new AsyncDisposableStack();
  let matches = Number.NaN;
  const sides: Record<string, () => Promise<number>> = {};
  for (const { engine } of ENGINES) {
    const own = engines.use(await startEngine(engine.name, size));
    matches = own.matches;
    sides[engine.name] = own.nsPerEvent;
  }
  say(`${size} rules: ${rounds} rounds …`);
  const medians = await interleavedMedians(rounds, sides);
  const ns = (engine: RulesEngine): number => medians[engine.name] ?? Number.NaN;
  const best = ENGINES.map(({ engine }) => engine)
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
  const others = ENGINES.map(({ engine }) => engine).filter((engine) => engine !== cordon && engine !== best);
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

function perSecond(ns: number): number {
  return 1e9 / ns;
}
