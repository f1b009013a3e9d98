import type { ActionArgs } from "../action/index.ts";
import type { ActionLimit } from "./policy.ts";
import { fitsWildcard } from "./wildcard.ts";

/** What about the order goes beyond the limit, in words with the mend; undefined when nothing does. */
export function beyondLimit(limit: ActionLimit, spec: ActionArgs): string | undefined {
  if (spec.kind === "isolateHost") {
    const { durationSeconds, holdSeconds = 0 } = spec;
    const { durationSecondsMax, holdSecondsMax } = limit;
    if (durationSecondsMax !== undefined && durationSeconds > durationSecondsMax) {
      return `the isolation is to last ${durationSeconds} s, this site allows ${durationSecondsMax} s`;
    }
    if (holdSecondsMax !== undefined && Math.max(holdSeconds, durationSeconds) > holdSecondsMax) {
      return `the isolation is to be held for ${Math.max(holdSeconds, durationSeconds)} s, this site allows ${holdSecondsMax} s`;
    }
  }
  if (spec.kind === "iocScan" && limit.indicatorsMax !== undefined && spec.indicators.length > limit.indicatorsMax) {
    return `the scan has ${spec.indicators.length} indicators, this site allows ${limit.indicatorsMax}`;
  }
  return limit.onlyPaths === undefined && limit.exceptPaths === undefined ? undefined : wrongPath(limit, spec);
}

function wrongPath({ onlyPaths, exceptPaths }: ActionLimit, spec: ActionArgs): string | undefined {
  const path = "path" in spec ? spec.path : undefined;
  if (path === undefined) return `this site limits ${spec.kind} by path, so the order must name one`;
  const plain = plainPath(path);
  if (plain === undefined) {
    return `${path} cannot be judged: write the whole path, without ".", "..", variables and short names`;
  }
  const fits = (pattern: string) => fitsWildcard(pattern.replaceAll("/", "\\"), plain);
  if (onlyPaths !== undefined && !onlyPaths.some(fits)) return `${path} is none of the paths that this site allows`;
  const except = exceptPaths?.find(fits);
  return except === undefined ? undefined : `${path} is kept from it by ${except}`;
}

/** Backslashes throughout; undefined for a path that says one thing and means another, so that it cannot be judged. */
function plainPath(path: string): string | undefined {
  const plain = path.replaceAll("/", "\\");
  const [root = "", ...rest] = plain.startsWith(SHARE) ? plain.slice(SHARE.length).split("\\") : plain.split("\\");
  const isRooted = plain.startsWith(SHARE) ? !MISLEADING.test(root) : root === "" || DRIVE.test(root);
  return isRooted && rest.length > 0 && !rest.some((segment) => MISLEADING.test(segment)) ? plain : undefined;
}

const SHARE = "\\\\";
const DRIVE = /^[a-z]:$/i;
/** Empty, `.`, `..`, variables, short names, streams, device prefixes, and ends that Windows drops. */
const MISLEADING = /^$|[%?*:]|~\d|[. ]$/;
