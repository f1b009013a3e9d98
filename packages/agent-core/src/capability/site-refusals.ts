import { isOlder, type SiteRefusal } from "@cordon/core/endpoint";
import type { EdrCapabilities } from "../ports.ts";

/** What no action can do without, whatever its kind. */
const METHODS_FOR_ALL: readonly string[] = ["HostGroup.AddIncident"];

/** What this site's KSC stands in the way of for good, as far as it could be seen without sending anything. */
export function kscRefusals(capabilities: EdrCapabilities, kscVersionMin: string): readonly SiteRefusal[] {
  const { kscVersion, missingMethods } = capabilities;
  const refusals: SiteRefusal[] = [];
  if (isOlder(kscVersion, kscVersionMin)) {
    const reason = `KSC is ${kscVersion}; response actions need ${kscVersionMin}; update it.`;
    refusals.push({ code: "site.ksc_too_old", reason });
  }
  const lacking = missingMethods.filter((method) => METHODS_FOR_ALL.includes(method));
  if (lacking.length > 0) {
    const reason = `KSC ${kscVersion} does not have ${lacking.join(", ")}; update it.`;
    refusals.push({ code: "ksc.unsupported", reason });
  }
  return refusals;
}
