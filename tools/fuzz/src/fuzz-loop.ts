import { createSeededRandom } from "@cordon/testkit";
import { createCorpus } from "./corpus.ts";
import type { Coverage, Ran } from "./coverage.ts";
import { shrink } from "./shrink.ts";
import type { FuzzTarget } from "./target.ts";

/** One case may take so long, twice in a row: beyond it the parser is a way to stop a process. */
export const CASE_MS_MAX = 1_000;
/** Coverage is looked at once for so many cases: few while there is much to find, for a look costs as much as many cases. */
const BATCH_MIN = 250;
const BATCH_MAX = 8_000;
/** What the process may hold; the heap has a bound of its own. */
const RSS_BYTES_MAX = 2 * 1024 * 1024 * 1024;

export interface Finding {
  readonly kind: "thrown" | "hang" | "memory";
  readonly input: Uint8Array;
  readonly text: string;
}

export interface FuzzRun {
  readonly cases: number;
  readonly seed: number;
  /** Without it, inputs are only made of the seeds. */
  readonly coverage?: Coverage;
  /** Before each case, for a watcher of another thread. */
  readonly onCase?: (input: Uint8Array) => void;
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface FuzzProgress {
  readonly cases: number;
  readonly corpus: number;
  readonly reached: number;
  readonly slowestMs: number;
}

export type FuzzResult = FuzzProgress & { readonly finding?: Finding };

/** Runs the target's cases in this thread until all are done or the first finding, which comes as short as it can be made. */
export async function fuzz(target: FuzzTarget, run: FuzzRun): Promise<FuzzResult> {
  const corpus = createCorpus(target, createSeededRandom(run.seed));
  let cases = 0;
  let slowestMs = 0;
  let batch = BATCH_MIN;
  const progress = (): FuzzProgress => ({
    cases,
    corpus: corpus.size,
    reached: run.coverage?.reached ?? 0,
    slowestMs: Math.round(slowestMs),
  });

  async function findingOf(input: Uint8Array): Promise<Finding | undefined> {
    run.onCase?.(input);
    const startedMs = performance.now();
    try {
      const settled = target.run(input);
      if (settled !== undefined) await settled;
    } catch (thrown) {
      return {
        kind: "thrown",
        input,
        text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
      };
    }
    const tookMs = performance.now() - startedMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs <= CASE_MS_MAX) return undefined;
    return { kind: "hang", input, text: `it took ${Math.round(tookMs)} ms; at most ${CASE_MS_MAX}` };
  }

  /** Keeps those of the inputs that reach something new: halves are run again, since coverage is told for all together. */
  async function keepNew(inputs: readonly Uint8Array[], coverage: Coverage, ran: Ran): Promise<void> {
    if (!coverage.isNew(ran)) return;
    const [only, second] = inputs;
    if (only !== undefined && second === undefined) {
      corpus.add(only);
      coverage.learn(ran);
      return;
    }
    const middle = inputs.length >> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      coverage.take();
      for (const input of half) await findingOf(input);
      await keepNew(half, coverage, coverage.take());
    }
    // What ran only the first time, such as the filling of a cache, belongs to no single input.
    coverage.learn(ran);
  }

  for (const seed of target.seeds) {
    const finding = await findingOf(seed);
    if (finding !== undefined) return { ...progress(), finding };
  }
  const first = run.coverage?.take();
  if (first !== undefined) run.coverage?.learn(first);
  while (cases < run.cases) {
    const inputs = Array.from({ length: Math.min(batch, run.cases - cases) }, () => corpus.next());
    for (const input of inputs) {
      let finding = await findingOf(input);
      // A machine that was busy with something else is no finding.
      if (finding?.kind === "hang") finding = await findingOf(input);
      cases++;
      if (finding !== undefined) {
        const isSame = async (shorter: Uint8Array) => signatureOf(await findingOf(shorter)) === signatureOf(finding);
        return { ...progress(), finding: { ...finding, input: await shrink(finding.input, isSame) } };
      }
    }
    if (process.memoryUsage.rss() > RSS_BYTES_MAX) {
      const input = inputs.at(-1) ?? new Uint8Array();
      return { ...progress(), finding: { kind: "memory", input, text: `more than ${RSS_BYTES_MAX} bytes are held` } };
    }
    if (run.coverage !== undefined) {
      const before = corpus.size;
      await keepNew(inputs, run.coverage, run.coverage.take());
      batch = corpus.size === before ? Math.min(BATCH_MAX, batch * 2) : Math.max(BATCH_MIN, batch >> 1);
    }
    run.onProgress?.(progress());
  }
  return progress();
}

/** Two findings are the same when they come from the same place. */
function signatureOf(finding: Finding | undefined): string {
  if (finding === undefined) return "";
  return `${finding.kind} ${finding.text.split("\n").find((line) => line.trim().startsWith("at ")) ?? ""}`;
}
