import { type CorrelationEvent, KUMA_CATALOGUE } from "@cordon/core/event";
import { epochMs, eventId, ruleId, tenantId } from "@cordon/core/kernel";
import { buildTable, catalogueOf, factsOfTables, type ListTable } from "@cordon/core/lists";
import { type CompiledRuleSet, compileRules, evaluate, NO_FACTS } from "@cordon/core/rules";
import type { Bench } from "../bench.ts";
import { interleavedMedians } from "../rounds.ts";
import { collectGarbage, threadCpuNs } from "./rules/cpu-time.ts";

const SIZES = [10, 1_000, 1_000_000] as const;
/** Different hashes, as a storm brings them: half of them stand in the large list. */
const EVENTS = 10_000;
const EVENTS_PER_ROUND = 200_000;
const NOW = epochMs(1_772_442_000_000);

/** [E7] What an event costs that a rule asks a list about, by the length of the list. */
export const listsBench: Bench = {
  name: "lists",
  summary: "an event that a rule asks a list about, with 10 to 1,000,000 entries",
  async run({ rounds, say }) {
    const ruleSet = compileBanned();
    const events = Array.from({ length: EVENTS }, (_, index) => eventOf(index));
    const sides: Record<string, () => Promise<number>> = {};
    const bytes = new Map<number, number>();
    for (const size of SIZES) {
      say(`${size} entries: building …`);
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      const facts = factsOfTables(new Map([["banned", tableOf(size)]]), NOW);
      collectGarbage();
      bytes.set(size, (process.memoryUsage().heapUsed - before) / size);
      sides[size] = async () => {
        const begin = threadCpuNs();
        for (let count = 0; count < EVENTS_PER_ROUND; count++) {
          evaluate(ruleSet, events[count % EVENTS] as CorrelationEvent, { ...NO_FACTS, lists: facts });
        }
        return (threadCpuNs() - begin) / EVENTS_PER_ROUND;
      };
    }
    const ns = await interleavedMedians(rounds, sides);
    const shortest = ns[10] ?? Number.NaN;
    return [
      ...SIZES.map((size) => ({
        name: `${size.toLocaleString("en-US")} entries, an event`,
        value: ns[size] ?? Number.NaN,
        unit: "ns",
        peer: { name: "ns with 10 entries", value: shortest },
        // A long list does not fit the processor's cache; a search through it would take a thousand times as long.
        ...(size === 1_000_000 ? { goal: { of: "ratio" as const, atMost: 20 } } : {}),
      })),
      { name: "1,000,000 entries, memory of one", value: bytes.get(1_000_000) ?? Number.NaN, unit: "bytes" },
    ];
  },
};

const hashOf = (index: number): string =>
  `${((index * 2_654_435_761) >>> 0).toString(16).padStart(8, "0")}${index.toString(16).padStart(24, "0")}`;

function tableOf(size: number): ListTable {
  const builder = buildTable();
  builder.add(Array.from({ length: size }, (_, index) => ({ key: hashOf(index), entry: { cells: {} } })));
  return builder.finish();
}

/** Out of JSON, as events come. */
function eventOf(index: number): CorrelationEvent {
  const fields = JSON.parse(JSON.stringify({ Name: "a file ran", OldFileHash: hashOf(index * 199) }));
  return { tenantId: tenantId("acme"), id: eventId(`event-${index}`), name: "a file ran", timestamp: NOW, fields };
}

function compileBanned(): CompiledRuleSet {
  const rule = {
    id: ruleId("banned"),
    name: "Banned",
    mode: "enforce",
    priority: 0,
    continue: true,
    when: { op: "inActiveList", list: "banned", key: ["OldFileHash"] },
    target: [{ by: "fqdn", field: "DestinationHostName" }],
    actions: [{ kind: "onDemandScan", arguments: {} }],
    limits: {},
  } as const;
  const compilation = compileRules([rule], {
    regex: { compile: () => ({ ok: false, problem: "there are no expressions in this benchmark" }) },
    catalogue: KUMA_CATALOGUE,
    lists: catalogueOf(new Map([["banned", { kind: "activeList", keyParts: 1, columns: [] }]])),
  });
  if (compilation.ok) return compilation.ruleSet;
  throw new Error(`The rule of the benchmark does not compile: ${compilation.problems[0]?.message}`);
}
