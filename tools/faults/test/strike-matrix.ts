import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { atKsc, auditSite, isForward, ONCE, untilSettled, wayOf } from "./audit.ts";
import type { Estate, Wish } from "./estate.ts";
import {
  describeStage,
  type Held,
  type HeldStage,
  holdEveryStage,
  releaseEveryStage,
  STAGES,
  type Stage,
  strayedFromStage,
} from "./stages.ts";

export interface Victim {
  /** Ends the sentence "when …". */
  readonly what: string;
  /** Takes it away. */
  readonly strike: (estate: Estate) => Promise<void> | void;
  /** Brings it back; left out where it comes back by itself. */
  readonly mend?: (estate: Estate) => Promise<void>;
}

/** Above what a start, a lost lock and a settlement take together on a loaded machine. */
const CASE_MS_MAX = 300_000;

/**
 * Every victim meets one action in every stage: all of them are held at once, one strike hits them all, and then each has to
 * end as if nothing had happened.
 */
export function describeStrikes(estateOf: () => Estate, victims: readonly Victim[]): void {
  for (const { what, strike, mend } of victims) {
    describe(`when ${what}`, () => {
      const held = new Map<HeldStage, Held>();
      const wishes = new Map<Stage, Wish>();

      beforeAll(async () => {
        const estate = estateOf();
        await holdEveryStage(estate, held);
        expect(await strayedFromStage(estate, held)).toEqual([]);
        for (const [stage, { wish }] of held) wishes.set(stage, wish);
        const incoming = estate.wish("isolateHost");
        wishes.set("incoming", incoming);
        await strike(estate);
        // The world does not wait for the victim.
        const goOn = releaseEveryStage(estate, held).then(() => mend?.(estate));
        await Promise.all([estate.deliver(incoming), goOn]);
        await untilSettled(estate, [...wishes.values()]);
      }, CASE_MS_MAX);
      // A case that failed half-way must not hold up the next one.
      afterAll(() => releaseEveryStage(estateOf(), held));

      for (const stage of STAGES) {
        test(`[D1][D4] an action that is ${describeStage(stage)} takes effect exactly once and is told as done`, async () => {
          const estate = estateOf();
          const wish = wishes.get(stage);
          if (wish === undefined) throw new Error(`no action was held in ${stage}`);
          const action = await estate.record.action(await estate.actionOf(wish));
          expect(action.state).toBe("succeeded");
          expect(atKsc(estate, action.actionId, wish.hostId)).toEqual(ONCE);
          expect(isForward(wayOf(action)), wayOf(action).join(", ")).toBe(true);
        });
      }

      test("[D1][D4][D5] the whole record agrees with KSC: nothing lost, nothing twice, every report stored once", async () => {
        expect(await auditSite(estateOf())).toEqual([]);
      });
    });
  }
}
