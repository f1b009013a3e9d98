import { type EpochMs, epochMs, type SiteId } from "../kernel/index.ts";
import type { Brake } from "./brake.ts";
import type { EndpointRef } from "./traits.ts";

/** Roles that mean something to Cordon itself; an endpoint has them by its labels, and the first also by its name. */
export const KSC_SERVER = "ksc-server";
const AGENT_HOST = "agent-host";
const STAND_INS = ["domain-controller", "distribution-point"] as const;

const ALWAYS: EpochMs = epochMs(0);
const SET_BY = "cordon";

const FOUNDATIONS: Brake = {
  brakeId: "built-in-foundations",
  type: "neverTouch",
  scope: { kinds: ["isolateHost"] },
  who: [
    { by: "role", role: KSC_SERVER },
    { by: "role", role: AGENT_HOST },
  ],
  reason: "isolated, it could manage or report no endpoint any more, nor end its own isolation",
  setBy: SET_BY,
  setAt: ALWAYS,
};

/**
 * [G15] What nobody has to set and nobody can lift, for isolations of these endpoints: the KSC server and the agent's host stay up, and of
 * a site's domain controllers and distribution points one does.
 */
export function builtInBrakes(isolated: readonly EndpointRef[]): readonly Brake[] {
  if (isolated.length === 0) return [];
  const sites = [...new Set(isolated.map(({ siteId }) => siteId))];
  return [FOUNDATIONS, ...sites.flatMap((siteId) => STAND_INS.map((role) => keepOneUp(siteId, role)))];
}

function keepOneUp(siteId: SiteId, role: (typeof STAND_INS)[number]): Brake {
  return {
    brakeId: `built-in-${role}@${siteId}`,
    type: "redundancy",
    scope: { siteId },
    group: { by: "role", role },
    bounds: { upMin: 1 },
    reason: "it would be the last of its site",
    setBy: SET_BY,
    setAt: ALWAYS,
  };
}
