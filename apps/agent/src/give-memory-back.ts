import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "@cordon/core/kernel";

/** Long enough after the start for the first inventory of an ordinary site. */
const FIRST_MS = 3_000;
const AGAIN_MS = 10 * 60_000;

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
