import { outcomeOf, planStorm, playCordon, playScripts, type StormOutcome } from "@cordon/world";
import type { Bench } from "../bench.ts";
import type { Measurement } from "../figure.ts";

/** Storms of one round; the same seeds every time, so the figures never change without a change of the code. */
const STORMS_PER_ROUND = 100;
/** What is left are storms in which more tasks of others came unseen than the ledger's margin is for. */
const FEW = { of: "ratio", atMost: 0.2 } as const;
const SCRIPTS = "the vendor's scripts";

/** The same storms sent by Cordon's agent and by the vendor's way: what each of them loses. */
export const ledgerVsNaiveBench: Bench = {
  name: "ledger-vs-naive",
  summary: "the same storms through Cordon's ledger and through one script run per event: what is rotated away",
  run: async ({ rounds, say }) => {
    const storms = rounds * STORMS_PER_ROUND;
    const ours: StormOutcome[] = [];
    const theirs: StormOutcome[] = [];
    let excused = 0;
    for (let seed = 1; seed <= storms; seed++) {
      const plan = planStorm(seed);
      const outcome = outcomeOf(await playCordon(plan));
      ours.push(outcome);
      theirs.push(await playScripts(plan));
      if (outcome.rotatedByUs + outcome.undoneByUs > 0) excused++;
      if (seed % STORMS_PER_ROUND === 0) say(`${seed} of ${storms} storms …`);
    }
    say(`${excused} storms in which more tasks of others came unseen than the ledger's margin is for`);
    const figure = (name: string, of: (outcome: StormOutcome) => number, goal?: Measurement["goal"]): Measurement => ({
      name: `${name} (${storms} storms)`,
      value: total(ours, of),
      unit: "",
      peer: { name: SCRIPTS, value: total(theirs, of) },
      ...(goal === undefined ? {} : { goal }),
    });
    return [
      figure("containments rotated away unfinished by own tasks", ({ rotatedByUs }) => rotatedByUs, FEW),
      figure("isolations and preventions undone by own tasks", ({ undoneByUs }) => undoneByUs, FEW),
      figure("containments rotated away by tasks of others", ({ rotatedByOthers }) => rotatedByOthers),
      figure("isolations and preventions undone by tasks of others", ({ undoneByOthers }) => undoneByOthers),
      figure("orders whose task ended well on the device", ({ done }) => done),
    ];
  },
};

function total(outcomes: readonly StormOutcome[], of: (outcome: StormOutcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
}
