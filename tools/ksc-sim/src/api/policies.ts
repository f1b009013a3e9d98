import { notFound } from "../model/errors.ts";
import { isWithinGroup } from "../model/groups.ts";
import type { Policy } from "../model/policies.ts";
import { effectiveSections, policyAttributes } from "../model/policies.ts";
import type { KscParams, KscValue } from "../model/values.ts";
import { params } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { groupOf, hostOf } from "./scope.ts";
import type { SettingsSubject } from "./settings-storage.ts";
import { openSettings } from "./settings-storage.ts";

/** Policies and their profiles. Revisions are not kept: 0 and every number mean the current one. */
export const policyMethods: MethodTable = {
  "Policy.GetPoliciesForGroup": method({
    right: "read",
    args: { nGroupId: "int" },
    handle: (call, { nGroupId }) => ({
      PxgRetVal: listPolicies(call, nGroupId, (policy) => nGroupId < 0 || policy.groupId === nGroupId),
    }),
  }),
  "Policy.GetEffectivePoliciesForGroup": method({
    right: "read",
    args: { nGroupId: "int" },
    handle: (call, { nGroupId }) => ({
      PxgRetVal: listPolicies(
        call,
        nGroupId,
        (policy) => nGroupId < 0 || isWithinGroup(call.world, nGroupId, policy.groupId),
      ),
    }),
  }),
  "Policy.GetPolicyData": method({
    right: "read",
    args: { nPolicy: "int" },
    handle: (call, { nPolicy }) => ({ PxgRetVal: policyAttributes(policyOf(call, nPolicy)) }),
  }),
  "Policy.GetPolicyContents": method({
    right: "read",
    args: { nPolicy: "int", nRevisionId: "int", nLifeTime: "int" },
    handle: (call, { nPolicy, nLifeTime }) => {
      const policy = policyOf(call, nPolicy);
      return { PxgRetVal: openSettings(call, subject(policy, policy.sections, true), nLifeTime) };
    },
  }),
  "Policy.MakePolicyActive": method({
    right: "policies",
    args: { nPolicy: "int", bActive: "bool" },
    handle: (call, { nPolicy, bActive }) => {
      policyOf(call, nPolicy).attributes.KLPOL_ACTIVE = bActive;
      return { PxgRetVal: bActive };
    },
  }),
  "PolicyProfiles.EnumProfiles": method({
    right: "read",
    args: { nPolicy: "int", nRevision: "int" },
    handle: (call, { nPolicy }) => {
      const profiles: KscParams = {};
      for (const profile of policyOf(call, nPolicy).profiles.values()) {
        profiles[profile.name] = params({ KLSSPOL_PRF_ENABLED: params({ KLPRSS_Val: profile.enabled }) });
      }
      return { PxgRetVal: profiles };
    },
  }),
  "PolicyProfiles.GetProfileSettings": method({
    right: "read",
    args: { nPolicy: "int", nRevision: "int", szwName: "string", nLifeTime: "int" },
    handle: (call, { nPolicy, szwName, nLifeTime }) => {
      const policy = policyOf(call, nPolicy);
      const profile = policy.profiles.get(szwName);
      if (profile === undefined) throw notFound("Profile", szwName);
      return { PxgRetVal: openSettings(call, subject(policy, profile.sections, true), nLifeTime) };
    },
  }),
  "PolicyProfiles.UpdateProfile": method({
    right: "policies",
    args: { nPolicy: "int", szwName: "string", pAttrsToUpdate: "params" },
    handle: (call, { nPolicy, szwName, pAttrsToUpdate }) => {
      const profile = policyOf(call, nPolicy).profiles.get(szwName);
      if (profile === undefined) throw notFound("Profile", szwName);
      const enabled = pAttrsToUpdate.KLSSPOL_PRF_ENABLED;
      if (typeof enabled === "boolean") profile.enabled = enabled;
      return VOID;
    },
  }),
  "PolicyProfiles.GetEffectivePolicyContents": method({
    right: "read",
    args: { nPolicy: "int", szwHostId: "string", nLifeTime: "int" },
    handle: (call, { nPolicy, szwHostId, nLifeTime }) => {
      hostOf(call, szwHostId);
      const policy = policyOf(call, nPolicy);
      return { PxgRetVal: openSettings(call, subject(policy, effectiveSections(policy), false), nLifeTime) };
    },
  }),
};

function policyOf(call: Call, id: number): Policy {
  const policy = call.world.policies.byId.get(id);
  if (policy === undefined) throw notFound("Policy", id);
  return policy;
}

function listPolicies(call: Call, groupId: number, wanted: (policy: Policy) => boolean): KscValue[] {
  if (groupId >= 0) groupOf(call, groupId);
  return [...call.world.policies.byId.values()].filter(wanted).map((policy) => params(policyAttributes(policy)));
}

function subject(policy: Policy, sections: Map<string, KscParams>, writable: boolean): SettingsSubject {
  return { product: policy.product, version: policy.version, sections, writable };
}
