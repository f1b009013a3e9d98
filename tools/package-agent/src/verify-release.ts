import { readFile } from "node:fs/promises";
import path from "node:path";
import { readReleaseManifest } from "@cordon/contracts/release";
import {
  MANIFEST_FILE,
  parseReleaseKey,
  type ReleaseManifest,
  SIGNATURE_FILE,
  verifyRelease as verifySignature,
} from "@cordon/core/release";
import { describeFile } from "./write-release.ts";

/**
 * Verifies a release's folder with a public key that came by another way than the folder: signature over the manifest, then
 * every file against the manifest. Throws with the first thing that is wrong.
 */
export async function verifyReleaseFolder(folder: string, publicKey: string): Promise<ReleaseManifest> {
  const key = parseReleaseKey(publicKey);
  const bytes = await readFile(path.join(folder, MANIFEST_FILE));
  const signature = await readFile(path.join(folder, SIGNATURE_FILE));
  if (verifySignature(bytes, { keyId: key.id, signature: signature.toString("base64") }, [key]) === undefined) {
    throw new Error(`${MANIFEST_FILE} is not signed by key ${key.id}: changed, or made by somebody else`);
  }
  const reading = readReleaseManifest(bytes);
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  for (const { name, bytes: size, sha256 } of reading.manifest.files) {
    const found = await describeFile(path.join(folder, name));
    if (found.bytes !== size) throw new Error(`${name} has ${found.bytes} bytes, the manifest says ${size}`);
    if (found.sha256 !== sha256) throw new Error(`${name} is not what was signed: sha256 ${found.sha256}`);
  }
  return reading.manifest;
}
