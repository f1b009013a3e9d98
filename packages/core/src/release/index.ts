export {
  MANIFEST_BYTES_MAX,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  RELEASE_FILE_BYTES_MAX,
  RELEASE_TARGETS,
  type ReleaseFile,
  type ReleaseManifest,
  type ReleaseTarget,
  releaseFileFor,
  SIGNATURE_FILE,
} from "./manifest.ts";
export {
  formatReleaseKey,
  parseReleaseKey,
  type ReleaseKey,
  type ReleaseSignature,
  signRelease,
  verifyRelease,
} from "./signature.ts";
export { compareVersions, isVersion } from "./version.ts";
