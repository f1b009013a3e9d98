import type { Knobs } from "../config/knobs.ts";
import type { KscParams } from "./values.ts";
import { datetime, params } from "./values.ts";
import type { World } from "./world.ts";

export interface PolicyProfile {
  readonly name: string;
  enabled: boolean;
  readonly sections: Map<string, KscParams>;
}

export interface Policy {
  readonly id: number;
  readonly attributes: KscParams;
  readonly product: string;
  readonly version: string;
  readonly groupId: number;
  /** Section → settings, each setting as `{KLPRSS_Val, KLPRSS_Mnd}`. */
  readonly sections: Map<string, KscParams>;
  readonly profiles: Map<string, PolicyProfile>;
}

export interface Policies {
  readonly byId: Map<number, Policy>;
  /** The KES policy, which holds the Execution Prevention switch. */
  readonly kes: Policy;
}

export function setting(value: KscParams[string], locked: boolean): KscParams[string] {
  return params({ KLPRSS_Val: value, KLPRSS_Mnd: locked, KLPRSS_ValLck: locked });
}

export function createPolicies(nowMs: number, knobs: Knobs): Policies {
  const kes = createPolicy({
    id: 1,
    name: "Kaspersky Endpoint Security for Windows (12.9)",
    product: "KES",
    version: "12.0.0.0",
    nowMs,
  });
  const switchPosition = knobs.preventionNeedsSwitch === "on";
  kes.sections.set(knobs.preventionSection, {
    [knobs.preventionSetting]: setting(switchPosition, true),
    Mode: setting(0, true),
  });
  kes.sections.set("NetworkIsolation", { Enabled: setting(false, false), AutoTurnOffHours: setting(5, false) });
  kes.sections.set("ProtectionSettings", { Enabled: setting(true, true), ScanArchives: setting(true, false) });
  kes.profiles.set("Notebooks outside the office", {
    name: "Notebooks outside the office",
    enabled: false,
    sections: new Map([["ProtectionSettings", { ScanArchives: setting(false, false) }]]),
  });
  const agent = createPolicy({
    id: 2,
    name: "Kaspersky Security Center Network Agent",
    product: "1103",
    version: "1.0.0.0",
    nowMs,
  });
  agent.sections.set("SyncSettings", { SyncPeriodMinutes: setting(15, true) });
  return { byId: new Map([kes, agent].map((policy) => [policy.id, policy])), kes };
}

function createPolicy(given: { id: number; name: string; product: string; version: string; nowMs: number }): Policy {
  return {
    id: given.id,
    product: given.product,
    version: given.version,
    groupId: 0,
    sections: new Map(),
    profiles: new Map(),
    attributes: {
      KLPOL_ID: given.id,
      KLPOL_DN: given.name,
      KLPOL_PRODUCT: given.product,
      KLPOL_VERSION: given.version,
      KLPOL_GROUP_ID: 0,
      KLPOL_GROUP_NAME: "Managed devices",
      KLPOL_ACTIVE: true,
      KLPOL_ROAMING: false,
      KLPOL_INHERITED: false,
      KLPOL_FORCED: false,
      KLPOL_ACCEPT_PARENT: true,
      KLPOL_FORCE_DISTRIB2CHILDREN: false,
      KLPOL_HIDE_ON_SLAVES: false,
      KLPOL_GSYN_ID: 12 + given.id,
      KLPOL_CREATED: datetime(given.nowMs - 90 * 86_400_000),
      KLPOL_MODIFIED: datetime(given.nowMs - 86_400_000),
    },
  };
}

export function policyAttributes(policy: Policy): KscParams {
  return { ...policy.attributes, KLPOL_PROFILES_NUM: policy.profiles.size };
}

/** Settings with the enabled profiles laid over them, in their order. */
export function effectiveSections(policy: Policy): Map<string, KscParams> {
  const sections = new Map(policy.sections);
  for (const profile of policy.profiles.values()) {
    if (!profile.enabled) continue;
    for (const [name, settings] of profile.sections) sections.set(name, { ...sections.get(name), ...settings });
  }
  return sections;
}

export function setPreventionSwitch(world: World, position: "on" | "off"): void {
  const { preventionSection, preventionSetting } = world.knobs;
  const section = world.policies.kes.sections.get(preventionSection) ?? {};
  world.policies.kes.sections.set(preventionSection, {
    ...section,
    [preventionSetting]: setting(position === "on", true),
  });
}

/** K21: does a prevention rule work with the switch as it stands? */
export function preventionTakesEffect(world: World): boolean {
  const { preventionSection, preventionSetting, preventionNeedsSwitch } = world.knobs;
  const value = effectiveSections(world.policies.kes).get(preventionSection)?.[preventionSetting];
  const wrapped = typeof value === "object" && value !== null && "value" in value ? (value.value as KscParams) : {};
  return wrapped.KLPRSS_Val === (preventionNeedsSwitch === "on");
}
