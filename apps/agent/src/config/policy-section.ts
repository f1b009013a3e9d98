import * as z from "zod/mini";
import { fileName } from "./fields.ts";

export const policySection = z.strictObject({
  /** The site's own policy; see examples/site-policy.yaml. Without it everything is allowed that the coordinator orders. */
  file: z.optional(fileName),
  /** While this file is there nothing is sent to KSC. `KILL` in the state folder by default. */
  killSwitchFile: z.optional(fileName),
});
