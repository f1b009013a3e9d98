import { parse, stringify } from "yaml";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { compileBenchRules } from "./cordon.ts";
import { collectGarbage, cpuNs } from "./cpu-time.ts";
import { mixRules } from "./rule-mix.ts";

const RULES = 10_000;
/** Parsing takes seconds; its time hardly varies. */
const ROUNDS_MAX = 3;

/** What it costs to compile a large set, beside parsing the YAML that it was written in, and what it keeps in memory. */
export function measureCompiling({ rounds, say }: BenchContext): readonly Measurement[] {
  const count = Math.min(rounds, ROUNDS_MAX);
  say(`compiling ${RULES} rules and parsing their YAML, ${count} rounds …`);
  const rules = mixRules(RULES).map(({ rule }) => rule);
  const text = stringify({ rules });
  const compiling: number[] = [];
  const parsing: number[] = [];
  for (let round = 0; round < count; round++) {
    compiling.push(msOf(() => compileBenchRules(rules)));
    parsing.push(msOf(() => parse(text)));
  }
  return [
    {
      name: "compiling 10,000 rules",
      value: median(compiling),
      unit: "ms",
      peer: { name: "ms to parse their YAML", value: median(parsing) },
      goal: { of: "ratio", atMost: 3 },
    },
    { name: "memory of a compiled rule", value: bytesPerRule(rules), unit: "bytes" },
  ];
}

function msOf(work: () => unknown): number {
  const before = cpuNs();
  work();
  return (cpuNs() - before) / 1e6;
}

/** What compiling adds to the rules themselves, which are there before. */
function bytesPerRule(rules: Parameters<typeof compileBenchRules>[0]): number {
  const before = usedBytes();
  const ruleSet = compileBenchRules(rules);
  const after = usedBytes();
  // It must be alive when the memory is read.
  return (after - before) / ruleSet.rules.length;
}

function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
