import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { nodeFileName, type Target } from "./targets.ts";

const run = promisify(execFile);

/**
 * The Node binary of a target: the installed optional dependency for this machine's own platform, else the same package of
 * the registry, unpacked once into `cacheDir`.
 */
export async function nodeBinary(
  target: Target,
  options: { readonly root: string; readonly cacheDir: string; readonly version: string },
): Promise<string> {
  const installed = path.join(options.root, "node_modules", `node-${target}`, "bin", nodeFileName(target));
  if (existsSync(installed)) return installed;
  const folder = path.join(options.cacheDir, `node-${target}-${options.version}`);
  const unpacked = path.join(folder, "package", "bin", nodeFileName(target));
  if (existsSync(unpacked)) return unpacked;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const shell = process.platform === "win32";
  await run("npm", ["pack", `node-${target}@${options.version}`, "--silent", "--pack-destination", folder], { shell });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`npm pack brought no archive of node-${target}@${options.version}`);
  await run("tar", ["-xzf", path.join(folder, tarball), "-C", folder]);
  await rm(path.join(folder, tarball));
  if (!existsSync(unpacked)) throw new Error(`node-${target}@${options.version} holds no bin/${nodeFileName(target)}`);
  return unpacked;
}
