import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { isVersion } from "@cordon/core/release";

const run = promisify(execFile);

/** What the agent says of itself with `--version --json`. */
export interface BuildInfo {
  readonly version: string;
  /** ISO 8601, whole seconds. */
  readonly builtAt: string;
  /** Absent outside a Git checkout. */
  readonly commit?: string;
  /** The sources differ from the commit. */
  readonly modified?: true;
}

/**
 * The same sources give the same answer on every machine: the date is SOURCE_DATE_EPOCH (reproducible-builds.org), else the
 * commit's, and only without both the present.
 */
export async function readBuildInfo(
  root: string,
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly now: number },
): Promise<BuildInfo> {
  const manifest = JSON.parse(await readFile(path.join(root, "apps/agent/package.json"), "utf8")) as {
    version: string;
  };
  if (!isVersion(manifest.version)) throw new Error(`apps/agent/package.json: "${manifest.version}" is no version`);
  const commit = await git(root, ["rev-parse", "HEAD"]);
  const seconds =
    wholeNumber(options.env.SOURCE_DATE_EPOCH) ??
    wholeNumber(await git(root, ["log", "-1", "--format=%ct"])) ??
    Math.floor(options.now / 1_000);
  const changes = await git(root, ["status", "--porcelain", "--", "apps/agent", "packages", "pnpm-lock.yaml"]);
  return {
    version: manifest.version,
    builtAt: new Date(seconds * 1_000).toISOString().replace(".000Z", "Z"),
    ...(commit === undefined ? {} : { commit }),
    ...(changes === undefined || changes === "" ? {} : { modified: true as const }),
  };
}

/** Undefined when this is no checkout, or there is no git. */
async function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run("git", [...args], { cwd })).stdout.trim();
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
