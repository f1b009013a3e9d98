import { confirm, judgeTrial, keptVersions, reject } from "@cordon/agent-core/update";
import type { Clock, Logger } from "@cordon/core/kernel";
import type { UpdateSection } from "../config/update-section.ts";
import type { ReleaseStore } from "./release-store.ts";

const LOOK_MS = 1_000;
/** A login is dear to KSC: it is asked now and then until it worked once. */
const KSC_MS = 15_000;

/** Watches this process, a release on trial, until it is proven or has failed; either is on disk when this resolves. */
export async function watchTrial(deps: {
  readonly config: UpdateSection;
  readonly store: ReleaseStore;
  readonly running: string;
  readonly connectedForMs: () => number | undefined;
  readonly kscWorks: (signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<"confirmed" | "returned"> {
  const { config, store, running, clock, logger, signal } = deps;
  const limits = {
    needsKsc: store.readBook(running).trial?.kscWorked ?? false,
    settleMs: Math.round(config.settleSeconds * 1_000),
    patienceMs: Math.round(config.healthSeconds * 1_000),
  };
  const startedMs = clock.monotonicMs();
  let kscOk = false;
  let kscAskedMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (limits.needsKsc && !kscOk && clock.monotonicMs() - kscAskedMs >= KSC_MS) {
      kscAskedMs = clock.monotonicMs();
      kscOk = await deps.kscWorks(signal).catch(() => false);
    }
    const elapsedMs = clock.monotonicMs() - startedMs;
    const verdict = judgeTrial({ elapsedMs, connectedForMs: deps.connectedForMs(), kscOk }, limits);
    const book = store.readBook(running);
    if (verdict === "healthy") {
      const confirmed = confirm(book);
      store.writeBook(confirmed);
      store.keepOnly(keptVersions(confirmed));
      logger.info("update.confirmed", { version: running });
      return "confirmed";
    }
    if (verdict !== "wait") {
      logger.error("update.unhealthy", { version: running, reason: verdict.failed });
      store.writeBook(reject(book, { at: clock.now(), code: "update.unhealthy", message: verdict.failed }));
      return "returned";
    }
    await clock.sleep(LOOK_MS, signal);
  }
}
