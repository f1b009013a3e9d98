import { startTestPostgres } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { median } from "../../rounds.ts";
import { type HotWork, openHotWork } from "./walled-record.ts";

/** Of each side in one turn: some tenths of a second. */
const PER_TURN = { commitEvents: 12, loadForDispatch: 120, applyStatuses: 30, listActions: 20 } as const;
/** A turn is short, and so many of them tell a tenth. */
const TURNS_A_ROUND = 5;
const RATIO_MAX = 1.1;

const WHAT = {
  commitEvents: "ingest: an event with its plan's reads and ten actions",
  loadForDispatch: "dispatch: ten actions by their ids",
  applyStatuses: "ten statuses of an agent",
  listActions: "the newest hundred actions",
} as const;

type Side = { readonly work: HotWork; readonly name: "with" | "without" };

/** [S10] What row-level security and telling each connection its tenant cost, on one server and in alternation. */
export async function walls({ rounds, say }: BenchContext): Promise<readonly Measurement[]> {
  say("walls: two databases on one server, one with row-level security");
  const postgres = await startTestPostgres();
  const sides: readonly Side[] = [
    { work: await openHotWork(postgres, true), name: "with" },
    { work: await openHotWork(postgres, false), name: "without" },
  ];
  try {
    const figures: Measurement[] = [];
    for (const operation of Object.keys(PER_TURN) as (keyof typeof PER_TURN)[]) {
      say(`walls: ${WHAT[operation]}`);
      figures.push(...(await compare(operation, sides, rounds * TURNS_A_ROUND)));
    }
    return figures;
  } finally {
    for (const { work } of sides) await work.close();
    await postgres.stop();
  }
}

async function compare(
  operation: keyof typeof PER_TURN,
  sides: readonly Side[],
  turns: number,
): Promise<readonly Measurement[]> {
  const us = { with: [] as number[], without: [] as number[] };
  for (const { work } of sides) await timeEach(work, operation);
  for (let turn = 0; turn < turns; turn++) {
    for (const { work, name } of turn % 2 === 0 ? sides : sides.toReversed()) {
      us[name].push(await timeEach(work, operation));
    }
  }
  const ratios = us.with.map((value, turn) => value / (us.without[turn] as number));
  return [
    {
      name: `behind walls, ${WHAT[operation]}`,
      value: median(us.with),
      unit: "µs",
      peer: { name: "without", value: median(us.without) },
    },
    {
      name: "  median of the turns' ratios",
      value: median(ratios),
      unit: "×",
      goal: { of: "value", atMost: RATIO_MAX },
    },
  ];
}

async function timeEach(work: HotWork, operation: keyof typeof PER_TURN): Promise<number> {
  const begin = performance.now();
  let done = 0;
  for (let count = 0; count < PER_TURN[operation]; count++) done += await work[operation]();
  return ((performance.now() - begin) * 1_000) / done;
}
