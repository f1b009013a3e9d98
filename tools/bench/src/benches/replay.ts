import { re2Engine } from "@cordon/contracts";
import { type ActiveRuleSet, REPLAY_PAGE_EVENTS, type ReceivedEvent, replayRange } from "@cordon/coordinator-core";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { type EpochMs, type EventId, systemClock } from "@cordon/core/kernel";
import { compileRules, evaluate, NO_FACTS, type Rule } from "@cordon/core/rules";
import type { Bench, BenchContext } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { interleavedMedians } from "../rounds.ts";
import { type BenchRecord, benchEstate, benchRules, endOf, openBenchRecord, START, TENANT } from "./replay/record.ts";

const EVENTS = 1_000_000;
/** Of the rounds: enough for caches and compilers, and short enough to take turns. */
const ROUND_EVENTS = 100_000;
/** A responder who plans waits for it: "in minutes". */
const SECONDS_MAX = 300;

export const replayBench: Bench = {
  name: "replay",
  summary: "stored events through an active and a draft set, beside reading and evaluating them only",
  run,
};

async function run({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  say(`writing ${EVENTS.toLocaleString("en")} events …`);
  const record = await openBenchRecord(EVENTS);
  try {
    const active = compiled(1, benchRules("active"));
    const draft = compiled(2, benchRules("draft"));
    const perSecond = async (events: number, work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return events / ((performance.now() - started) / 1_000);
    };
    say(`${rounds} rounds of ${ROUND_EVENTS.toLocaleString("en")} events …`);
    const medians = await interleavedMedians(rounds, {
      replay: () => perSecond(ROUND_EVENTS, () => replay(record, active, draft, ROUND_EVENTS)),
      read: () => perSecond(ROUND_EVENTS, () => readAll(record, ROUND_EVENTS, () => {})),
      evaluate: () =>
        perSecond(ROUND_EVENTS, () =>
          readAll(record, ROUND_EVENTS, ({ event }) => {
            evaluate(active.compiled, event);
            evaluate(draft.compiled, event);
          }),
        ),
    });
    const small = await replay(record, active, draft, ROUND_EVENTS);
    say(`all ${EVENTS.toLocaleString("en")} events …`);
    const started = performance.now();
    const whole = await replay(record, active, draft, EVENTS);
    const seconds = (performance.now() - started) / 1_000;
    if (whole.report.events !== EVENTS) throw new Error(`${whole.report.events} of ${EVENTS} events were replayed`);
    say(`${whole.report.draft.decisions.act} actions of the draft, ${whole.report.diff.added.total} added`);
    return [
      {
        name: "replay through two sets",
        value: medians.replay,
        unit: "events/s",
        peer: { name: "reading them and evaluating both sets", value: medians.evaluate },
        goal: { of: "ratio", atLeast: 0.3 },
      },
      {
        name: "reading and evaluating",
        value: medians.evaluate,
        unit: "events/s",
        peer: { name: "reading the rows", value: medians.read },
      },
      { name: "1,000,000 events", value: seconds, unit: "s", goal: { of: "value", atMost: SECONDS_MAX } },
      {
        name: "heap at most, 1,000,000 events",
        value: whole.heapMib,
        unit: "MiB",
        peer: { name: "100,000 events", value: small.heapMib },
        goal: { of: "ratio", atMost: 3 },
      },
    ];
  } finally {
    await record.close();
  }
}

function compiled(version: number, rules: readonly Rule[]): ActiveRuleSet {
  const compilation = compileRules(rules, { regex: re2Engine, catalogue: KUMA_CATALOGUE });
  if (!compilation.ok) throw new Error(compilation.problems.map(({ message }) => message).join("\n"));
  return { version, hash: String(version), compiled: compilation.ruleSet };
}

async function replay(record: BenchRecord, active: ActiveRuleSet, draft: ActiveRuleSet, events: number) {
  let most = 0;
  const report = await replayRange(
    { tenantId: TENANT, from: START, to: endOf(events), active, draft, estate: benchEstate(), lists: NO_FACTS.lists },
    {
      store: record.replay,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => {
        most = Math.max(most, process.memoryUsage().heapUsed);
      },
    },
  );
  return { report, heapMib: most / 1_048_576 };
}

async function readAll(record: BenchRecord, events: number, each: (received: ReceivedEvent) => void): Promise<void> {
  let after: { readonly receivedAt: EpochMs; readonly eventId: EventId } | undefined;
  for (;;) {
    const range = { from: START, to: endOf(events), ...(after === undefined ? {} : { after }) };
    const page = await record.replay.readEvents(TENANT, { ...range, limit: REPLAY_PAGE_EVENTS });
    for (const received of page) each(received);
    const last = page.at(-1);
    if (last === undefined || page.length < REPLAY_PAGE_EVENTS) return;
    after = { receivedAt: last.receivedAt, eventId: last.event.id };
  }
}
