import { type ChainHead, canonicalJson, EMPTY_CHAIN, linkAfter } from "@cordon/core/audit";
import type { EpochMs } from "@cordon/core/kernel";
import type { NewEntry, ToldFact } from "../ports/audit.ts";

/** [U1] What was told, each in its chain, in the order in which it was told. */
export function sealTold(
  heads: ReadonlyMap<string, ChainHead>,
  told: readonly ToldFact[],
  sealedAt: EpochMs,
): readonly NewEntry[] {
  const now = new Map(heads);
  return told.map(({ chain, fact }) => {
    const text = canonicalJson(fact);
    const link = linkAfter(chain, now.get(chain) ?? EMPTY_CHAIN, text);
    now.set(chain, link);
    return { chain, ...link, fact: text, sealedAt };
  });
}
