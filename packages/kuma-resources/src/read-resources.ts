import { isRaw, type Raw, rawOf, textOf } from "./raw.ts";

/** One resource of KUMA, out of its envelope (kaspersky.md 3.3). */
export interface KumaResource {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  readonly payload: Raw;
}

export type ReadResources =
  | { readonly ok: true; readonly resources: readonly KumaResource[] }
  | { readonly ok: false; readonly problem: string };

export const RESOURCE_LIMITS = {
  bytesMax: 64 * 1_048_576,
  resourcesMax: 20_000,
  /** Of the JSON: filters nest 16 deep at most, with a few levels each. */
  depthMax: 200,
} as const;

/**
 * Reads exported resources: one, a list, or an unpacked pack with `resources`. Every one is kept, whatever its kind; packs that
 * are still encrypted are refused with what to do. Never throws.
 */
export function readResources(text: string): ReadResources {
  if (text.length > RESOURCE_LIMITS.bytesMax) return refused(`it is larger than ${RESOURCE_LIMITS.bytesMax} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(
      `it is not JSON (${reason}); a pack that KUMA exported is encrypted: read resources through its REST API`,
    );
  }
  if (!isShallow(value, RESOURCE_LIMITS.depthMax))
    return refused(`it nests more than ${RESOURCE_LIMITS.depthMax} deep`);
  const list = Array.isArray(value)
    ? value
    : isRaw(value) && Array.isArray(value.resources)
      ? value.resources
      : [value];
  if (list.length > RESOURCE_LIMITS.resourcesMax) {
    return refused(`it holds ${list.length} resources; at most ${RESOURCE_LIMITS.resourcesMax}`);
  }
  const resources: KumaResource[] = [];
  for (const [index, one] of list.entries()) {
    const resource = isRaw(one) ? toResource(one) : undefined;
    if (resource === undefined) return refused(`item ${index + 1} is not a KUMA resource: it has no kind`);
    resources.push(resource);
  }
  return { ok: true, resources };
}

/** `{kind, name, encoded: {payload}}` as packs hold it, `{kind, name, payload}` as the REST API gives it. */
function toResource(raw: Raw): KumaResource | undefined {
  const encoded = rawOf(raw, "encoded") ?? {};
  const kind = textOf(raw, "kind") || textOf(encoded, "kind");
  if (kind === "") return undefined;
  const payload = rawOf(encoded, "payload") ?? rawOf(raw, "payload") ?? {};
  const first = (name: string): string => textOf(raw, name) || textOf(encoded, name) || textOf(payload, name);
  return {
    id: first("id") || textOf(encoded, "_id"),
    kind,
    name: first("name"),
    description: first("description"),
    payload,
  };
}

function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depthLeft > 0 && Object.values(value).every((member) => isShallow(member, depthLeft - 1));
}

function refused(problem: string): ReadResources {
  return { ok: false, problem };
}
