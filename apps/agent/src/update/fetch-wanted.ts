import { judgeRelease, type StagedRelease } from "@cordon/agent-core/update";
import { readReleaseManifest } from "@cordon/contracts/release";
import { type AppError, asAppError, backoffMs, type ErrorCode } from "@cordon/core/kernel";
import { verifyRelease } from "@cordon/core/release";
import type { UpdateOffer, UpdateReport } from "@cordon/protocol";
import { fetchFile, fetchManifest } from "./fetch-release.ts";
import { sha256Of } from "./release-store.ts";
import type { UpdatesDeps } from "./updates.ts";

/** What fetching needs of all that updates are made of. */
export type FetchDeps = Pick<
  UpdatesDeps,
  "gateway" | "store" | "keys" | "running" | "target" | "clock" | "random" | "logger"
>;

type Tell = (standing: Pick<UpdateReport, "version" | "state" | "problem">) => void;

/** A link that breaks now and then still brings a hundred megabytes, for each attempt goes on where the last one ended. */
const ATTEMPTS_MAX = 10;
const BACKOFF = { baseMs: 5_000, maxMs: 300_000 };

/** Fetches an offered release, verified and in its place; undefined when it is not wanted or does not come, which is told. */
export async function fetchWanted(
  deps: FetchDeps,
  offer: UpdateOffer,
  tell: Tell,
  signal: AbortSignal,
): Promise<StagedRelease | undefined> {
  const { version } = offer;
  const refuse = (code: ErrorCode, message: string) => {
    tell({ version, state: "refused", problem: { code, message } });
    return undefined;
  };
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    try {
      return await attemptFetch(deps, offer, tell, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asAppError(thrown);
      deps.logger.warn("update.fetch", { version, attempt: attempt + 1, code: error.code, reason: error.message });
      if (!isWorthAnother(error)) return refuse(error.code, error.message);
      if (attempt + 1 === ATTEMPTS_MAX) return refuse(error.code, `after ${ATTEMPTS_MAX} attempts: ${error.message}`);
      await deps.clock.sleep(backoffMs(BACKOFF, attempt, deps.random.float()), signal);
    }
  }
  return undefined;

  function isWorthAnother({ code }: AppError): boolean {
    return code === "update.download_failed" || code === "update.damaged";
  }
}

async function attemptFetch(
  deps: FetchDeps,
  offer: UpdateOffer,
  tell: Tell,
  signal: AbortSignal,
): Promise<StagedRelease | undefined> {
  const { gateway, store, keys, running, target } = deps;
  const { version, signature, keyId } = offer;
  const refuse = (code: ErrorCode, message: string) => {
    tell({ version, state: "refused", problem: { code, message } });
    return undefined;
  };
  const manifest = await fetchManifest(gateway, offer.path, signal);
  if (verifyRelease(manifest, { signature, keyId }, keys) === undefined) {
    const trusted = keys.map(({ id }) => id).join(", ");
    return refuse("update.bad_signature", `signed by key ${keyId}, or changed since; trusted here: ${trusted}`);
  }
  const reading = readReleaseManifest(manifest);
  if (reading.kind === "unreadable") return refuse("update.mismatch", reading.reason);
  const { rejected } = store.readBook(running);
  const verdict = judgeRelease({ offer, manifest: reading.manifest, running, target, rejected });
  if (verdict.kind === "running") {
    tell({ version, state: "running" });
    return undefined;
  }
  if (verdict.kind !== "wanted") {
    const { code, message } = verdict;
    tell({ version, state: verdict.kind, problem: { code, message } });
    return undefined;
  }
  const { sha256, bytes } = verdict.file;
  const staged = { version, sha256 };
  // Fetched by an earlier attempt whose quiet moment never came.
  if ((await store.verify(staged, { keys, target })) === undefined) return staged;
  tell({ version, state: "downloading" });
  const partial = store.partialOf(version);
  await fetchFile(gateway, { path: offer.path, bytes, sha256, partial }, signal);
  if ((await sha256Of(partial)) !== sha256) {
    store.discard(version);
    return refuse("update.mismatch", "the fetched file is not the one that was signed");
  }
  store.take(version, { manifest, signature, keyId });
  return staged;
}
