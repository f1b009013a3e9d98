export { judgeStorm, type StormCounts, type Verdict } from "./judge-storm.ts";
export { planStorm } from "./plan-storm.ts";
export { playCordon } from "./play-cordon.ts";
