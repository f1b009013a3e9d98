export { type BootChoice, chooseBoot, TRIAL_STARTS_MAX, withoutRelease } from "./choose-boot.ts";
export { judgeTrial, type TrialLimits, type TrialSigns, type TrialVerdict } from "./judge-health.ts";
export { judgeRelease, type ReleaseOffer, type ReleaseVerdict } from "./judge-release.ts";
export { beginWait, type QuietLimits, type QuietWait, watchForQuiet } from "./quiet-moment.ts";
export {
  confirm,
  emptyBook,
  forgive,
  keptVersions,
  type RejectedRelease,
  reject,
  type StagedRelease,
  stage,
  type Trial,
  type UpdateBook,
} from "./update-book.ts";
