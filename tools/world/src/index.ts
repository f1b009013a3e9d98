export { judgeStorm, type StormCounts, type Verdict } from "./judge-storm.ts";
export { outcomeOf, type StormOutcome } from "./outcome.ts";
export { planStorm } from "./plan-storm.ts";
export { playCordon } from "./play-cordon.ts";
export { playScripts } from "./play-scripts.ts";
