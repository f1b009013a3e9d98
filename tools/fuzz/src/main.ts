// npm run fuzz -- <target> [--cases N] [--seed N] [--input FILE]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { FuzzProgress } from "./fuzz-loop.ts";
import type { FuzzTarget } from "./target.ts";
import { TARGETS, targetOf } from "./targets.ts";
import { watch } from "./watch.ts";

const CASES_DEFAULT = 1_000_000;
const FINDINGS_FOLDER = "fuzz-findings";
const PROGRESS_EVERY_MS = 5_000;

interface Options {
  readonly cases: number;
  readonly seed?: number;
  readonly input?: string;
}

const list = TARGETS.map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`).join("\n");
await new Command("fuzz")
  .description("Throws made-up inputs at a parser that meets bytes of others, guided by what code they reach.")
  .argument("[target]", "which parser, or `all`; left out, they are listed")
  .option("--cases <count>", "inputs to try", readNumber, CASES_DEFAULT)
  .option("--seed <number>", "repeats a run (default: from the time)", readNumber)
  .option("--input <file>", "runs this one input, as a finding was saved, and nothing else")
  .addHelpText(
    "after",
    `\nTargets:\n${list}\n\nExamples:\n  npm run fuzz -- frames\n  npm run fuzz -- all --cases 100000\n\n` +
      `A finding (an error that the parser does not declare, a hang, a full heap) is saved in ${FINDINGS_FOLDER}/ as short as it can\n` +
      "be made. Exit code: 0 when there is none, 1 for a finding, 2 on wrong usage.",
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action((name: string | undefined, options: Options) => main(name, options))
  .parseAsync();

async function main(name: string | undefined, options: Options): Promise<void> {
  if (name === undefined) {
    console.log(`Targets:\n${list}\nRun one with: npm run fuzz -- <target>`);
    return;
  }
  const target = targetOf(name);
  if (target === undefined && name !== "all") {
    console.error(`There is no target "${name}". Known:\n${list}`);
    process.exitCode = 2;
    return;
  }
  const chosen = target === undefined ? TARGETS : [target];
  if (options.input !== undefined) return runInput(chosen, options.input);
  for (const one of chosen) await runTarget(one, options);
}

async function runInput([target]: readonly FuzzTarget[], file: string): Promise<void> {
  const input = readFileSync(file);
  const startedMs = performance.now();
  await target?.run(input);
  console.log(`${target?.name}: ${input.length} bytes, no finding, ${Math.round(performance.now() - startedMs)} ms`);
}

async function runTarget(target: FuzzTarget, { cases, seed = Date.now() % 2 ** 31 }: Options): Promise<void> {
  console.log(
    `${target.name}: ${cases} cases, seed ${seed} (again: npm run fuzz -- ${target.name} --cases ${cases} --seed ${seed})`,
  );
  const startedMs = performance.now();
  let toldMs = startedMs;
  const say = (progress: FuzzProgress) => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const rate = Math.round(progress.cases / seconds);
    const { corpus, reached, slowestMs } = progress;
    console.log(
      `${target.name}: ${progress.cases} cases in ${Math.round(seconds)} s (${rate}/s), corpus ${corpus}, ` +
        `reached ${reached} characters of code, slowest ${slowestMs} ms`,
    );
  };
  const result = await watch({
    worker: new URL("./fuzz-worker-main.ts", import.meta.url),
    task: { targetName: target.name, cases, seed },
    onProgress(progress) {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = performance.now();
      say(progress);
    },
  });
  say(result);
  const { finding } = result;
  if (finding === undefined) return;
  mkdirSync(FINDINGS_FOLDER, { recursive: true });
  const file = path.join(FINDINGS_FOLDER, `${target.name}-${seed}-${result.cases}.bin`);
  writeFileSync(file, finding.input);
  console.error(`${target.name}: FOUND (${finding.kind}) ${finding.text}`);
  console.error(`${finding.input.length} bytes in ${file}; again: npm run fuzz -- ${target.name} --input ${file}`);
  process.exitCode = 1;
}

function readNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("must be a whole number");
  return value;
}
