import { createSeededRandom } from "@cordon/testkit";
import { collectGarbage, cpuNs, threadCpuNs } from "./cpu-time.ts";
import type { PreparedEngine } from "./engine.ts";
import type { EngineAnswer, EngineQuestion } from "./engine-process.ts";
import { ENGINES, EVENTS, SEED, SIZES } from "./engines.ts";
import { mixEvents } from "./event-mix.ts";
import { referenceAnswer } from "./reference.ts";
import { mixRules } from "./rule-mix.ts";

// One engine with one set of rules, as it would run in production: nothing else has been asked in this process, so what its neighbours
// would teach the compiler about shared code is no part of its figure. Arguments: the engine's name, the number of rules.
const [name, rules] = process.argv.slice(2);
const chosen = ENGINES.find(({ engine }) => engine.name === name);
const size = SIZES.find((each) => String(each) === rules);
if (chosen === undefined || size === undefined) throw new RangeError(`there is no engine ${name} with ${rules} rules`);

const mixed = mixRules(size);
const given = mixed.map(({ rule }) => rule);
// Out of JSON, as events come: so their texts lie in memory as a parser leaves them.
const events: ReturnType<typeof mixEvents> = JSON.parse(
  JSON.stringify(mixEvents(mixed, EVENTS, createSeededRandom(SEED))),
);
const engine = await chosen.engine.prepare(given, events);
const expected = events.slice(0, chosen.compared(size)).map((event) => referenceAnswer(given, event));
for (const [event, places] of expected.entries()) {
  const answer = engine.placesIn(await engine.ask(event)).toSorted((left, right) => left - right);
  if (answer.join(" ") === places.join(" ")) continue;
  throw new Error(
    `${name} answers [${answer.join(" ")}] for event ${event}; the reference says [${places.join(" ")}].`,
  );
}
const matches = expected.reduce((sum, places) => sum + places.length, 0) / expected.length;
const count = chosen.eventsPerRound(size);

const say = (answer: EngineAnswer) => process.send?.(answer);
process.on("message", async (question: EngineQuestion) => {
  if (question === "round") say({ nsPerEvent: await nsPerEvent(engine) });
  else {
    engine.close();
    process.disconnect();
  }
});
say({ matches });

async function nsPerEvent(ready: PreparedEngine): Promise<number> {
  collectGarbage();
  // Engines that answer at once are asked in a plain loop, so that waiting is no part of their figure.
  if (!(ready.ask(0) instanceof Promise)) return nsPerAnswer(ready);
  const before = cpuNs();
  for (let event = 0; event < count; event++) await ready.ask(event % EVENTS);
  return (cpuNs() - before) / count;
}

function nsPerAnswer(ready: PreparedEngine): number {
  const before = threadCpuNs();
  for (let event = 0; event < count; event++) ready.ask(event % EVENTS);
  return (threadCpuNs() - before) / count;
}
