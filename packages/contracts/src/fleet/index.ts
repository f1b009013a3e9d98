export { type LoadedRolloutFile, loadRolloutFile } from "./rollout-file.ts";
