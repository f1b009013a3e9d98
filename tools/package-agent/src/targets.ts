import { RELEASE_TARGETS, type ReleaseTarget } from "@cordon/core/release";

/** What one file is made for. Names are those of the registry's `node-<platform>-<arch>` packages. */
export const TARGETS = RELEASE_TARGETS;

export type Target = ReleaseTarget;

export const hostTarget = (): Target | undefined => {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return TARGETS.find((target) => target === `${platform}-${process.arch}`);
};

export const isWindows = (target: Target): boolean => target.startsWith("win-");

export const nodeFileName = (target: Target): string => (isWindows(target) ? "node.exe" : "node");
