import { PROTOCOL } from "@cordon/protocol";
import manifest from "../package.json" with { type: "json" };

/** Where a build comes from. From a checkout only the version is known. */
export interface BuildInfo {
  readonly version: string;
  /** ISO 8601. */
  readonly builtAt?: string;
  readonly commit?: string;
  /** The sources differed from the commit. */
  readonly modified?: boolean;
}

/** Put in by the packager (tools/package-agent); not there when the agent runs from its sources. */
declare const CORDON_BUILD: BuildInfo;

export const BUILD_INFO: BuildInfo = typeof CORDON_BUILD === "undefined" ? { version: manifest.version } : CORDON_BUILD;

/** As told in the hello, by `--version` and in the name of the packaged file. */
export const AGENT_VERSION: string = BUILD_INFO.version;

/** `--version --json`. */
export const describeBuild = () => ({
  ...BUILD_INFO,
  protocol: PROTOCOL,
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
});
