export { holdBack } from "./hold-back.ts";
export {
  createSiteWord,
  type KillSwitch,
  type PolicyInForce,
  type SiteAnswer,
  type SiteWord,
  type SiteWordView,
} from "./site-word.ts";
