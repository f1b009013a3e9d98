import { secretToken } from "../http/sessions.ts";
import { notFound } from "../model/errors.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";

/** Global limits by id; what a call cannot know is answered with a round number. */
const LIMITS: Readonly<Record<number, number>> = { 0: 500, 1: 100_000, 2: 5000, 8: 500 };
const LIMIT_EVENTS = 3;

/** Limits, the Web Console's service account, two-step verification. */
export function administrationMethods(isPresent: (name: string) => boolean): MethodTable {
  return {
    "Limits.GetLimits": method({
      args: { param: "int" },
      handle: ({ world }, { param }) => {
        if (param === LIMIT_EVENTS) return { PxgRetVal: world.knobs.maxEvents };
        const limit = LIMITS[param];
        if (limit === undefined) throw notFound("Limit", param);
        return { PxgRetVal: limit };
      },
    }),
    "Limits.IsMethodPresent": method({
      args: { strInstance: "string?", strClass: "string", strMethod: "string" },
      handle: (_call, { strInstance, strClass, strMethod }) => ({
        PxgRetVal: strInstance === "" && isPresent(`${strClass}.${strMethod}`),
      }),
    }),
    "ServiceNwcDeployment.CreateServiceAccount": method({
      right: "admin",
      args: {},
      handle: ({ entry, world }) => {
        const account = { user: `NWCSvcUser-${world.random.token(8)}`, password: secretToken() };
        entry.accounts.add({ ...account, rights: ["read", "incidents", "tasks"] });
        return {
          pAccount: {
            KLSVC_ACCOUNT_NAME: account.user,
            KLSVC_ACCOUNT_PASSWORD: account.password,
            KLSVC_ACCOUNT_GROUP: "ServiceNwcGroup",
          },
        };
      },
    }),
    "ServiceNwcDeployment.UpdateServiceAccountAcl": method({
      right: "admin",
      args: { pAclParams: "params" },
      handle: () => VOID,
    }),
    "TotpUserSettings.AddUserToTotpRequrementExceptions": method({
      right: "admin",
      args: { llTrusteeId: "long", bInExceptions: "bool" },
      handle: ({ entry }, { llTrusteeId, bInExceptions }) => {
        const account = entry.accounts.byTrustee(llTrusteeId);
        if (account === undefined) throw notFound("User", String(llTrusteeId));
        account.totpExempt = bInExceptions;
        return VOID;
      },
    }),
  };
}
