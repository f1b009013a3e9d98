import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { isWindows, nodeFileName, type Target } from "./targets.ts";

/**
 * Lays out pkg's cache below a home of its own as if pkg had fetched Node itself, so that building needs no network: an empty
 * archive that counts as verified, and the binary that would come out of it.
 */
export async function seedPkgCache(home: string, target: Target, version: string, binary: string): Promise<void> {
  const sea = path.join(home, ".pkg-cache", "sea");
  const name = `node-v${version}-${target}`;
  const archive = path.join(sea, `${name}.${isWindows(target) ? "zip" : "tar.gz"}`);
  // Windows archives have no bin folder, but pkg looks for what it extracts, not for what is in the archive.
  const extracted = isWindows(target)
    ? path.join(sea, `${name}.exe`)
    : path.join(sea, name, "bin", nodeFileName(target));
  await mkdir(path.dirname(extracted), { recursive: true });
  await writeFile(archive, "");
  await writeFile(`${archive}.ok`, "");
  await copyFile(binary, extracted);
  await chmod(extracted, 0o755);
  await writeFile(isWindows(target) ? `${extracted}.ok` : path.join(path.dirname(extracted), "node.ok"), "");
}
