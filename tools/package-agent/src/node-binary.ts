import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { nodeFileName, type Target } from "./targets.ts";

const run = promisify(execFile);

/**
 * The Node binary of a target: the installed optional dependency for this machine's own platform, else the same package of
 * the registry, compared with the lockfile's checksum and unpacked once into `cacheDir`.
 */
export async function nodeBinary(
  target: Target,
  options: { readonly root: string; readonly cacheDir: string; readonly version: string },
): Promise<string> {
  const { root, cacheDir, version } = options;
  const installed = path.join(root, "node_modules", `node-${target}`, "bin", nodeFileName(target));
  if (existsSync(installed)) return installed;
  const folder = path.join(cacheDir, `node-${target}-${version}`);
  const unpacked = path.join(folder, "package", "bin", nodeFileName(target));
  if (existsSync(unpacked)) return unpacked;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const shell = process.platform === "win32";
  await run("npm", ["pack", `node-${target}@${version}`, "--silent", "--pack-destination", folder], { shell });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`npm pack brought no archive of node-${target}@${version}`);
  await compareWithLockfile(path.join(folder, tarball), `node-${target}@${version}`, root);
  await run("tar", ["-xzf", path.join(folder, tarball), "-C", folder]);
  await rm(path.join(folder, tarball));
  if (!existsSync(unpacked)) throw new Error(`node-${target}@${version} holds no bin/${nodeFileName(target)}`);
  return unpacked;
}

/** What goes into an executable is what was locked, whatever a registry hands out today. */
async function compareWithLockfile(tarball: string, id: string, root: string): Promise<void> {
  const lock = await readFile(path.join(root, "pnpm-lock.yaml"), "utf8");
  const expected = new RegExp(
    `^ {2}${id.replaceAll(".", "\\.")}:\\n {4}resolution: \\{integrity: (sha512-[^}]+)\\}`,
    "m",
  )
    .exec(lock)
    ?.at(1);
  if (expected === undefined) throw new Error(`pnpm-lock.yaml has no checksum of ${id}`);
  const found = `sha512-${createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64")}`;
  if (found !== expected) throw new Error(`${id}: the registry's archive is ${found}, pnpm-lock.yaml says ${expected}`);
}
