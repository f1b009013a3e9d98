/** What one file of the agent is made for. */
export const RELEASE_TARGETS = ["linux-x64", "linux-arm64", "win-x64"] as const;

export type ReleaseTarget = (typeof RELEASE_TARGETS)[number];

export interface ReleaseFile {
  readonly target: ReleaseTarget;
  /** Beside the manifest; no path. */
  readonly name: string;
  readonly bytes: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** What a release key signs: everything about a release that anybody relies on. */
export interface ReleaseManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly product: "cordon-agent";
  readonly version: string;
  /** ISO 8601, from SOURCE_DATE_EPOCH or the commit. */
  readonly builtAt: string;
  readonly commit?: string | undefined;
  /** Wire protocol versions that it speaks: a coordinator that speaks none of them must not hand it out. */
  readonly protocol: { readonly min: number; readonly max: number };
  /** Only with this may an agent go back to an older version than it runs. */
  readonly mayReplaceNewer: boolean;
  readonly files: readonly ReleaseFile[];
}

/** Raised when an older agent could misread a newer manifest. */
export const MANIFEST_FORMAT = "cordon.release/1";

/** The names under which a release's manifest and its signature (64 raw bytes, as openssl takes them) lie beside its files. */
export const MANIFEST_FILE = "release.json";
export const SIGNATURE_FILE = "release.json.sig";

/** A manifest is a page of text; more is no manifest. */
export const MANIFEST_BYTES_MAX = 64 * 1024;

/** Four times what an agent weighs today; no disk is filled in the name of a release. */
export const RELEASE_FILE_BYTES_MAX = 512 * 1024 * 1024;

export function releaseFileFor(manifest: ReleaseManifest, target: string): ReleaseFile | undefined {
  return manifest.files.find((file) => file.target === target);
}
