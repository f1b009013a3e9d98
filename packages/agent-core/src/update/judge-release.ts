import type { ErrorCode } from "@cordon/core/kernel";
import { compareVersions, type ReleaseFile, type ReleaseManifest, releaseFileFor } from "@cordon/core/release";
import type { RejectedRelease } from "./update-book.ts";

/** What the coordinator says of a release; believed only as far as the signed manifest says the same. */
export interface ReleaseOffer {
  readonly version: string;
  readonly target: string;
  readonly bytes: number;
  readonly sha256: string;
}

export type ReleaseVerdict =
  | { readonly kind: "wanted"; readonly file: ReleaseFile }
  | { readonly kind: "running" }
  | { readonly kind: "returned"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string };

/** Whether the release of a manifest whose signature is good is to be run here. */
export function judgeRelease(input: {
  readonly offer: ReleaseOffer;
  readonly manifest: ReleaseManifest;
  readonly running: string;
  /** What this agent runs on. */
  readonly target: string;
  readonly rejected: readonly RejectedRelease[];
}): ReleaseVerdict {
  const { offer, manifest, running, target, rejected } = input;
  const { version } = manifest;
  if (version !== offer.version) {
    return refused("update.mismatch", `offered as ${offer.version}, the signed manifest is that of ${version}`);
  }
  const file = releaseFileFor(manifest, target);
  if (file === undefined || offer.target !== target) {
    return refused(
      "update.wrong_target",
      `this agent is ${target}; version ${version} was offered for ${offer.target}`,
    );
  }
  if (file.sha256 !== offer.sha256 || file.bytes !== offer.bytes) {
    return refused("update.mismatch", `the offer's file of ${version} is not the one in the signed manifest`);
  }
  if (version === running) return { kind: "running" };
  const before = rejected.findLast(({ sha256 }) => sha256 === file.sha256);
  if (before !== undefined) return { kind: "returned", code: before.code, message: before.message };
  if (compareVersions(version, running) < 0 && !manifest.mayReplaceNewer) {
    return refused("update.downgrade", `${version} is older than ${running}, and is not signed for going back`);
  }
  return { kind: "wanted", file };
}

function refused(code: ErrorCode, message: string): ReleaseVerdict {
  return { kind: "refused", code, message };
}
