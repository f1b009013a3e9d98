import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { ReleaseFolder } from "@cordon/coordinator-core";
import { isVersion, MANIFEST_BYTES_MAX, MANIFEST_FILE, SIGNATURE_FILE } from "@cordon/core/release";

/** `<root>/<version>`, or `<root>/cordon-agent-<version>` as the packager names it. */
export function openReleaseFolder(root: string): ReleaseFolder & {
  /** Undefined when there is no such file. */
  fileOf(version: string, name: string): Promise<string | undefined>;
} {
  async function fileOf(version: string, name: string): Promise<string | undefined> {
    if (!isVersion(version) || path.basename(name) !== name) return undefined;
    for (const folder of [version, `cordon-agent-${version}`]) {
      const file = path.join(root, folder, name);
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile()) return file;
    }
    return undefined;
  }

  async function readSmall(version: string, name: string): Promise<Uint8Array | undefined> {
    const file = await fileOf(version, name);
    if (file === undefined || (await stat(file)).size > MANIFEST_BYTES_MAX) return undefined;
    return readFile(file);
  }

  return {
    fileOf,
    async readSigned(version) {
      const manifest = await readSmall(version, MANIFEST_FILE);
      const signature = await readSmall(version, SIGNATURE_FILE);
      return manifest && signature && { manifest, signature };
    },
    async describe(version, name) {
      const file = await fileOf(version, name);
      if (file === undefined) return undefined;
      const hash = createHash("sha256");
      await pipeline(createReadStream(file), hash);
      return { bytes: (await stat(file)).size, sha256: hash.digest("hex") };
    },
  };
}
