import type { CallOptions, KscCaller } from "../session/caller.ts";
import {
  anyParams,
  anyValue,
  paramsList,
  readNothing,
  returning,
  text,
  texts,
  yesOrNo,
} from "../values/reply-schemas.ts";
import type { KscParams, KscValue } from "../values/wire-types.ts";

/** A settings storage opened at the server, read with SsContents and to be released. */
const storageId = returning(text);

/** Class Policy (kaspersky.md 4.17). */
export function createPolicy(caller: KscCaller) {
  return {
    /** `groupId` −1: all groups. */
    getPoliciesForGroup: (groupId: number, options?: CallOptions): Promise<readonly KscParams[]> =>
      caller.call("Policy.GetPoliciesForGroup", { nGroupId: groupId }, "reads", returning(paramsList), options),

    /** Inherited ones included. */
    getEffectivePoliciesForGroup: (groupId: number, options?: CallOptions): Promise<readonly KscParams[]> =>
      caller.call(
        "Policy.GetEffectivePoliciesForGroup",
        { nGroupId: groupId },
        "reads",
        returning(paramsList),
        options,
      ),

    getPolicyData: (policyId: number, options?: CallOptions): Promise<KscParams> =>
      caller.call("Policy.GetPolicyData", { nPolicy: policyId }, "reads", returning(anyParams), options),

    /** `revision` 0: the current one. */
    getPolicyContents: (
      of: { readonly policyId: number; readonly revision: number; readonly lifetimeSeconds: number },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        "Policy.GetPolicyContents",
        { nPolicy: of.policyId, nRevisionId: of.revision, nLifeTime: of.lifetimeSeconds },
        "reads",
        storageId,
        options,
      ),
  };
}

/** Class PolicyProfiles. */
export function createPolicyProfiles(caller: KscCaller) {
  return {
    enumProfiles: (
      of: { readonly policyId: number; readonly revision: number },
      options?: CallOptions,
    ): Promise<KscParams> =>
      caller.call(
        "PolicyProfiles.EnumProfiles",
        { nPolicy: of.policyId, nRevision: of.revision },
        "reads",
        returning(anyParams),
        options,
      ),

    getProfileSettings: (
      of: {
        readonly policyId: number;
        readonly revision: number;
        readonly profile: string;
        readonly lifetimeSeconds: number;
      },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        "PolicyProfiles.GetProfileSettings",
        { nPolicy: of.policyId, nRevision: of.revision, szwName: of.profile, nLifeTime: of.lifetimeSeconds },
        "reads",
        storageId,
        options,
      ),

    /** With the profiles applied that are active for that host. */
    getEffectivePolicyContents: (
      of: { readonly policyId: number; readonly hostId: string; readonly lifetimeSeconds: number },
      options?: CallOptions,
    ): Promise<string> =>
      caller.call(
        "PolicyProfiles.GetEffectivePolicyContents",
        { nPolicy: of.policyId, szwHostId: of.hostId, nLifeTime: of.lifetimeSeconds },
        "reads",
        storageId,
        options,
      ),
  };
}

export interface SettingsAddress {
  readonly storageId: string;
  readonly product: string;
  readonly version: string;
}

/** Class SsContents: reads a settings storage. */
export function createSsContents(caller: KscCaller) {
  return {
    ssGetNames: (of: SettingsAddress, options?: CallOptions): Promise<readonly string[]> =>
      caller.call("SsContents.SS_GetNames", storageArgs(of), "reads", returning(texts), options),

    /** `{<setting>: {KLPRSS_Val, KLPRSS_Mnd …}}` */
    ssRead: (of: SettingsAddress & { readonly section: string }, options?: CallOptions): Promise<KscParams> =>
      caller.call(
        "SsContents.Ss_Read",
        { ...storageArgs(of), wstrSection: of.section },
        "reads",
        returning(anyParams),
        options,
      ),

    ssRelease: (storage: string, options?: CallOptions): Promise<void> =>
      caller.call("SsContents.Ss_Release", { wstrID: storage }, "reads", readNothing, options),
  };
}

function storageArgs(of: SettingsAddress) {
  return { wstrID: of.storageId, wstrProduct: of.product, wstrVersion: of.version };
}

/** Class Limits (kaspersky.md 4.20). */
export function createLimits(caller: KscCaller) {
  return {
    /** `limit`: 0 virtual servers, 1 hosts, 2 internal users, 3 events in the database, 8 secondary servers … */
    getLimits: (limit: number, options?: CallOptions): Promise<KscValue> =>
      caller.call("Limits.GetLimits", { param: limit }, "reads", returning(anyValue), options),

    /** KSC 15.1 and later; an older server answers `ksc.unsupported`. */
    isMethodPresent: (
      of: { readonly instance?: string; readonly className: string; readonly method: string },
      options?: CallOptions,
    ): Promise<boolean> =>
      caller.call(
        "Limits.IsMethodPresent",
        { strInstance: of.instance ?? "", strClass: of.className, strMethod: of.method },
        "reads",
        returning(yesOrNo),
        options,
      ),
  };
}
