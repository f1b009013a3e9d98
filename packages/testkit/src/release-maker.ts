import { createHash, generateKeyPairSync } from "node:crypto";
import { Secret } from "@cordon/core/kernel";
import { formatReleaseKey, MANIFEST_FORMAT, type ReleaseManifest, signRelease } from "@cordon/core/release";

/** A release as the packager makes it, its executable being whatever a test wants to see. */
export interface TestRelease {
  readonly version: string;
  readonly content: Buffer;
  readonly sha256: string;
  readonly manifest: Buffer;
  /** Base64 over the manifest's bytes. */
  readonly signature: string;
  readonly keyId: string;
  /** Of the executable. */
  readonly fileName: string;
}

export interface ReleaseMaker {
  /** One line for `update.publicKeys` and `CORDON_RELEASE_KEYS`. */
  readonly publicKey: string;
  release(version: string, content: Buffer | string, patch?: Partial<ReleaseManifest>): TestRelease;
}

type Target = ReleaseManifest["files"][number]["target"];

/** Each maker has a key of its own. */
export function createReleaseMaker(target: string): ReleaseMaker {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = new Secret(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  return {
    publicKey: formatReleaseKey(signRelease(Buffer.alloc(0), pem).key),
    release(version, given, patch = {}) {
      const content = Buffer.from(given);
      const sha256 = createHash("sha256").update(content).digest("hex");
      const fileName = `cordon-agent-${version}-${target}`;
      const manifest = Buffer.from(
        JSON.stringify({
          format: MANIFEST_FORMAT,
          product: "cordon-agent",
          version,
          builtAt: "2026-11-24T08:00:00Z",
          protocol: { min: 1, max: 1 },
          mayReplaceNewer: false,
          files: [{ target: target as Target, name: fileName, bytes: content.length, sha256 }],
          ...patch,
        } satisfies ReleaseManifest),
      );
      const { signature, keyId } = signRelease(manifest, pem);
      return { version, content, sha256, manifest, signature, keyId, fileName };
    },
  };
}
