// npm run world -- --seed N | --from N --count N
import { Command, InvalidArgumentError } from "commander";
import { judgeStorm } from "./judge-storm.ts";
import { planStorm } from "./plan-storm.ts";
import { playCordon } from "./play-cordon.ts";

const SEEDS_MAX = 2 ** 31;

const program = new Command("world")
  .description("Plays storms of one seed between the real site agent and the simulated estate, and judges them.")
  .option("--seed <number>", "replay this storm and tell everything that happens", parseCount)
  .option("--from <number>", "first of several storms", parseCount, 1)
  .option("--count <number>", "how many of them", parseCount, 500)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action((options: { readonly seed?: number; readonly from: number; readonly count: number }) =>
    options.seed === undefined ? playMany(options.from, options.count) : replay(options.seed),
  );
await program.parseAsync();

async function replay(seed: number): Promise<void> {
  const { happenings, ...plan } = planStorm(seed);
  console.log(JSON.stringify(plan, null, 2));
  const storm = await playCordon({ ...plan, happenings }, (elapsedMs, what, details) =>
    console.log(`${(elapsedMs / 1_000).toFixed(3).padStart(9)} s  ${what}  ${JSON.stringify(details) ?? ""}`),
  );
  const { broken, counts } = judgeStorm(storm);
  console.log(JSON.stringify(counts));
  for (const promise of broken) console.log(`BROKEN ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
}

async function playMany(from: number, count: number): Promise<void> {
  const totals: Record<string, number> = {};
  let bad = 0;
  for (let seed = from; seed < from + count; seed++) {
    const { broken, counts } = judgeStorm(await playCordon(planStorm(seed)));
    for (const [name, value] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + value;
    if (broken.length > 0) bad++;
    for (const promise of broken) console.log(`seed ${seed}: ${promise}`);
  }
  console.log(`${count} storms, ${bad} of them broke a promise. ${JSON.stringify(totals)}`);
  if (bad > 0) process.exitCode = 1;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= SEEDS_MAX) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${SEEDS_MAX}.`);
}
