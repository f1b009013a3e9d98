export { type ManifestReading, readReleaseManifest } from "./release-manifest.ts";
