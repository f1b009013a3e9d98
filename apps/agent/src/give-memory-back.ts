import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "@cordon/core/kernel";
import { optimiseFromNowOn } from "./lean-start.ts";

/** Long enough after the start for the first inventory of an ordinary site. */
const FIRST_MS = 3_000;
const AGAIN_MS = 10 * 60_000;
const WORK_LOOK_MS = 1_000;
/** Of one processor, over a look: what an agent without work stays far below. */
const WORK_SHARE = 0.1;

type Collect = (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void;

/**
 * Reading configuration and certificates and setting up leaves garbage that V8 keeps room for; on a small box beside other
 * programs that room is wanted. While nothing is open the agent collects it all and gives the pages back: some ten
 * milliseconds, in which nobody waits.
 */
export function giveMemoryBack(deps: { readonly clock: Clock; readonly isIdle: () => boolean }): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  deps.clock.after(FIRST_MS, function look() {
    if (deps.isIdle()) collect({ type: "major", flavor: "last-resort" });
    deps.clock.after(AGAIN_MS, look);
  });
}

/** Optimising compilers and what they make are several megabytes: they are for an agent that has work, from then on. */
export function optimiseAtWork(clock: Clock, cpuMicroseconds: () => number): void {
  clock.after(FIRST_MS, function look() {
    const [fromUs, fromMs] = [cpuMicroseconds(), clock.monotonicMs()];
    clock.after(WORK_LOOK_MS, () => {
      const usedMs = (cpuMicroseconds() - fromUs) / 1_000;
      if (usedMs > WORK_SHARE * (clock.monotonicMs() - fromMs)) optimiseFromNowOn();
      else look();
    });
  });
}
