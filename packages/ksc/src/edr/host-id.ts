import { type EndpointId, endpointId } from "@cordon/core/kernel";

/** A KSC host id as ours; undefined for one that no order could name (white space, over 128 characters). */
export function hostIdOf(value: string): EndpointId | undefined {
  try {
    return endpointId(value);
  } catch {
    return undefined;
  }
}
