import type { ActionOrder } from "@cordon/core/action";
import type { EvidenceItem } from "@cordon/core/endpoint";

/** Windows paths come with either slash and in any case; KSC lists a path, or only the file's name. */
const normal = (path: string): string => path.trim().replaceAll("/", "\\").toLowerCase();
const nameOf = (path: string): string => normal(path).split("\\").at(-1) ?? "";

/**
 * The objects of an endpoint's quarantine that this action may have brought, newest first as they came. What is known and
 * differs rules an object out: its hash, its full path, its name. An action by hash alone, on a list that tells no hashes, may
 * have brought any of them.
 */
export function fittingItems(order: ActionOrder, items: readonly EvidenceItem[]): readonly EvidenceItem[] {
  const { spec } = order;
  if (spec.kind !== "getFile" && spec.kind !== "quarantineFile") return [];
  return items.filter((item) => {
    if (spec.sha256 !== undefined && item.sha256 !== undefined && item.sha256 !== spec.sha256) return false;
    if (spec.md5 !== undefined && item.md5 !== undefined && item.md5 !== spec.md5) return false;
    if (spec.path === undefined) return true;
    const found = normal(item.objectName);
    return found.includes("\\") ? found === normal(spec.path) : found === nameOf(spec.path);
  });
}
