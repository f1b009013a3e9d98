// npm run bench -- <name> [--rounds N] [--json]
import { Command, InvalidArgumentError } from "commander";
import type { Bench } from "./bench.ts";
import { agentBench } from "./benches/agent.ts";
import { e2eBench } from "./benches/e2e.ts";
import { ledgerBench } from "./benches/ledger.ts";
import { ledgerVsNaiveBench } from "./benches/ledger-vs-naive.ts";
import { listsBench } from "./benches/lists.ts";
import { queueBench } from "./benches/queue.ts";
import { replayBench } from "./benches/replay.ts";
import { rulesBench } from "./benches/rules.ts";
import { trustBench } from "./benches/trust.ts";
import { toFigure } from "./figure.ts";
import { formatTable } from "./table.ts";

const BENCHES: readonly Bench[] = [
  queueBench,
  e2eBench,
  ledgerBench,
  ledgerVsNaiveBench,
  agentBench,
  rulesBench,
  listsBench,
  replayBench,
  trustBench,
];
const ROUNDS_DEFAULT = 5;
const ROUNDS_MAX = 100;

const list = BENCHES.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`).join("\n");
const program = new Command("bench")
  .description("Measures a part of Cordon beside a peer, in one run, and judges it against its goals.")
  .argument("[name]", "which benchmark; left out, they are listed")
  .option(
    "--rounds <count>",
    `measured rounds, of which the median counts (1-${ROUNDS_MAX})`,
    parseRounds,
    ROUNDS_DEFAULT,
  )
  .option("--json", "the last line is one JSON object with all figures")
  .addHelpText(
    "after",
    `\nBenchmarks:\n${list}\n\nExamples:\n  npm run bench -- queue\n  npm run bench -- queue --rounds 3 --json\n\n` +
      "The servers that a benchmark needs are started by itself. Exit code: 0, or 1 when a goal is missed, 2 on wrong usage.",
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action((name: string | undefined, options: { readonly rounds: number; readonly json?: true }) =>
    main(name, options),
  );
await program.parseAsync();

async function main(
  name: string | undefined,
  options: { readonly rounds: number; readonly json?: true },
): Promise<void> {
  if (name === undefined) {
    console.log(`Benchmarks:\n${list}\nRun one with: npm run bench -- <name>`);
    return;
  }
  const bench = BENCHES.find((known) => known.name === name);
  if (!bench) {
    console.error(`There is no benchmark "${name}". Known:\n${list}`);
    process.exitCode = 2;
    return;
  }
  const measured = await bench.run({ rounds: options.rounds, say: (text) => console.error(text) });
  const figures = measured.map(toFigure);
  console.log(`\n${bench.name}: ${bench.summary} (medians of ${options.rounds} rounds)\n\n${formatTable(figures)}`);
  if (options.json) console.log(JSON.stringify({ bench: bench.name, figures }));
  if (figures.some((figure) => !figure.ok)) process.exitCode = 1;
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${ROUNDS_MAX}.`);
}
