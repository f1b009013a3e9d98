import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import {
  formatReleaseKey,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  type ReleaseFile,
  type ReleaseKey,
  type ReleaseManifest,
  SIGNATURE_FILE,
  signRelease,
} from "@cordon/core/release";
import { PROTOCOL } from "@cordon/protocol";
import type { BuildInfo } from "./build-info.ts";
import type { SigningKey } from "./release-key.ts";

export const CHECKSUMS_FILE = "SHA256SUMS";
export const PUBLIC_KEY_FILE = "release-key.pub.pem";

/** Writes manifest, signature, public key and checksums beside the files of a release. */
export async function writeRelease(
  folder: string,
  options: {
    readonly info: BuildInfo;
    readonly files: readonly ReleaseFile[];
    readonly mayReplaceNewer: boolean;
    readonly key: SigningKey;
  },
): Promise<ReleaseKey> {
  const { info } = options;
  const manifest: ReleaseManifest = {
    format: MANIFEST_FORMAT,
    product: "cordon-agent",
    version: info.version,
    builtAt: info.builtAt,
    ...(info.commit === undefined ? {} : { commit: info.commit }),
    protocol: { min: PROTOCOL.min, max: PROTOCOL.max },
    mayReplaceNewer: options.mayReplaceNewer,
    files: options.files,
  };
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const signed = signRelease(bytes, options.key.pem);
  await writeFile(path.join(folder, MANIFEST_FILE), bytes);
  await writeFile(path.join(folder, SIGNATURE_FILE), Buffer.from(signed.signature, "base64"));
  await writeFile(
    path.join(folder, PUBLIC_KEY_FILE),
    signed.key.publicKey.export({ format: "pem", type: "spki" }).toString(),
  );
  await writeChecksums(folder);
  return signed.key;
}

/** What `sha256sum --check SHA256SUMS` wants, over everything else in the folder. */
async function writeChecksums(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== CHECKSUMS_FILE).sort();
  const lines: string[] = [];
  for (const name of names) lines.push(`${(await describeFile(path.join(folder, name))).sha256}  ${name}\n`);
  await writeFile(path.join(folder, CHECKSUMS_FILE), lines.join(""));
}

export async function describeFile(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { bytes: (await stat(file)).size, sha256: hash.digest("hex") };
}

/** For the line that tells an admin what to configure. */
export const publicKeyLine = (key: ReleaseKey): string => formatReleaseKey(key);
