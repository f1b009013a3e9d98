/**
 * What a start does without until the coordinator was dialled: reading and compiling this takes as long as all the rest. The
 * other things that are loaded when they are needed: every command (`commands/all-commands.ts`), the way through a proxy
 * (`proxy/way-out.ts`), the reading of a site's policy (`site-policy/policy-of.ts`), the choice of a release (`update/launch.ts`)
 * and the certificate request of an enrolment or a renewal, with the way back (`identity/`). `tools/package-agent` tests that none of it is read at a start.
 */
export { buildEdr } from "./build-edr.ts";
export { startUpdates } from "./update/start-updates.ts";
