import type { PreventionPolicy } from "@cordon/agent-core";
import { AppError, type EndpointId } from "@cordon/core/kernel";
import * as z from "zod";
import { createHostGroup } from "../api/host-group.ts";
import { createPolicy, createPolicyProfiles, createSsContents } from "../api/policies.ts";
import { withReleased } from "../paging/release.ts";
import type { EdrSettings } from "../registry/settings.ts";
import { unexpectedReply } from "../values/reply-schemas.ts";
import { isWrapped, type KscParams, type KscValue, type PlainValue, unwrap } from "../values/wire-types.ts";
import { type EdrContext, pagingIn } from "./context.ts";

/** Policies change seldom, and preventions come in bursts. */
const REMEMBERED_MS = 10 * 60_000;
const REMEMBERED_MAX = 5_000;
const STORAGE_SECONDS = 60;
/** Active policies of the product that may hold on one host: one per application version. */
const POLICIES_MAX = 5;

const policyRecord = z.looseObject({
  KLPOL_ID: z.int(),
  KLPOL_DN: z.string().catch(""),
  KLPOL_PRODUCT: z.string(),
  KLPOL_VERSION: z.string(),
  KLPOL_ACTIVE: z.boolean().catch(true),
});
type PolicyRecord = z.infer<typeof policyRecord>;
type Lookup = NonNullable<EdrSettings["prevention"]["policy"]>;

/** See port `Edr.preventionPolicy`: the site's own word, else the configured setting of the policy that holds on the host. */
export function createPreventionReader(context: EdrContext) {
  const { settings, clock } = context;
  const known = new Map<EndpointId, { readonly untilMs: number; readonly answer: PreventionPolicy }>();

  return async (endpointId: EndpointId, signal: AbortSignal): Promise<PreventionPolicy> => {
    const { declared, policy: lookup } = settings.prevention;
    if (declared) return { kind: "declared" };
    if (lookup === undefined) return { kind: "unknown", reason: "nobody has declared it for this site" };
    const remembered = known.get(endpointId);
    if (remembered !== undefined && clock.monotonicMs() < remembered.untilMs) return remembered.answer;
    const answer = await readPolicies(context, endpointId, lookup, signal).catch(unknownWhenNotTold);
    known.delete(endpointId);
    for (const oldest of known.keys()) {
      if (known.size < REMEMBERED_MAX) break;
      known.delete(oldest);
    }
    known.set(endpointId, { untilMs: clock.monotonicMs() + REMEMBERED_MS, answer });
    return answer;
  };
}

async function readPolicies(
  context: EdrContext,
  endpointId: EndpointId,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<PreventionPolicy> {
  const { client } = context;
  const host = await createHostGroup(client).getHostInfo(endpointId, ["KLHST_WKS_GROUPID"], { signal });
  const group = z.int().safeParse(host.KLHST_WKS_GROUPID);
  if (!group.success) return { kind: "unknown", reason: "the device is in no administration group" };
  const policies = (await createPolicy(client).getEffectivePoliciesForGroup(group.data, { signal })).flatMap((raw) => {
    const policy = policyRecord.safeParse(raw);
    if (!policy.success) throw unexpectedReply("Policy.GetEffectivePoliciesForGroup", "policy", "has no id or product");
    return policy.data.KLPOL_ACTIVE && policy.data.KLPOL_PRODUCT === lookup.product ? [policy.data] : [];
  });
  if (policies.length === 0) {
    return { kind: "unknown", reason: `no active policy of ${lookup.product} holds on the device` };
  }
  for (const policy of policies.slice(0, POLICIES_MAX)) {
    const found = await readSetting(context, endpointId, policy, lookup, signal);
    const where = `policy "${policy.KLPOL_DN}", ${lookup.section} / ${lookup.setting.join(" / ")}`;
    if (found === undefined) return { kind: "unknown", reason: `${where} is not there` };
    if (found !== lookup.expected) {
      return { kind: "contradicts", reason: `${where} is ${String(found)}, not ${String(lookup.expected)}` };
    }
  }
  return { kind: "fits" };
}

/** With the profiles applied that are active for the host (kaspersky.md 4.17). */
function readSetting(
  context: EdrContext,
  endpointId: EndpointId,
  policy: PolicyRecord,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<PlainValue | undefined> {
  const { session, logger } = pagingIn(context, signal);
  const contents = createSsContents(session);
  const of = { policyId: policy.KLPOL_ID, hostId: endpointId, lifetimeSeconds: STORAGE_SECONDS };
  return withReleased(
    {
      open: () => createPolicyProfiles(session).getEffectivePolicyContents(of),
      release: (storage) => contents.ssRelease(storage),
      signal,
      logger,
    },
    async (storageId) => {
      const { KLPOL_PRODUCT: product, KLPOL_VERSION: version } = policy;
      const section = await contents
        .ssRead({ storageId, product, version, section: lookup.section }, { signal })
        .catch(undefinedWhenAbsent);
      return section === undefined ? undefined : valueAt(section, lookup.setting);
    },
  );
}

/** A setting is `{KLPRSS_Val, KLPRSS_Mnd …}`; some hold containers of further settings. */
function valueAt(section: KscParams, path: readonly string[]): PlainValue | undefined {
  let value: KscValue | KscParams | undefined = section;
  for (const name of path) {
    const container = settingValue(value);
    if (typeof container !== "object" || container === null || Array.isArray(container)) return undefined;
    value = (container as KscParams)[name];
    if (value === undefined) return undefined;
  }
  return unwrap(settingValue(value));
}

function settingValue(value: KscValue | KscParams): KscValue | KscParams {
  const plain = isWrapped(value) && value.type === "params" ? value.value : value;
  if (typeof plain !== "object" || plain === null || !("KLPRSS_Val" in plain)) return plain;
  const inner = (plain as KscParams).KLPRSS_Val ?? null;
  return isWrapped(inner) && inner.type === "params" ? inner.value : inner;
}

function undefinedWhenAbsent(error: unknown): undefined {
  if (error instanceof AppError && error.code === "ksc.not_found") return undefined;
  throw error;
}

/** A server that does not let this account read policies does not keep it from acting: a warning, never a block. */
function unknownWhenNotTold(error: unknown): PreventionPolicy {
  if (error instanceof AppError && ["ksc.access_denied", "ksc.unsupported", "ksc.not_found"].includes(error.code)) {
    return { kind: "unknown", reason: `the policy could not be read (${error.code})` };
  }
  throw error;
}
