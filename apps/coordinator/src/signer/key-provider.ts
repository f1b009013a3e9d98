import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { chmod, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, type TenantId } from "@cordon/core/kernel";
import { writeOrderKey } from "@cordon/core/signing";
import { writeFileDurably } from "@cordon/identity";
import type { NewKey } from "./key-ring.ts";
import { run } from "./run-command.ts";

/** Where private keys are. Whatever they are in, only signatures come out of it. Throws `signer.unavailable`. */
export interface KeyProvider {
  /** A new Ed25519 key. */
  create(tenantId: TenantId): Promise<NewKey>;
  sign(tenantId: TenantId, keyId: string, bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** Keys in files that only their owner may read, a folder for each tenant. */
export function fileKeys(folder: string): KeyProvider {
  const loaded = new Map<string, KeyObject>();
  const fileOf = (tenantId: TenantId, keyId: string) => path.join(folder, tenantId, `${keyId}.pem`);

  async function load(tenantId: TenantId, keyId: string): Promise<KeyObject> {
    try {
      const key = createPrivateKey(await readFile(fileOf(tenantId, keyId)));
      loaded.set(`${tenantId}/${keyId}`, key);
      return key;
    } catch {
      // What was read must not stand in an error.
      throw new AppError("signer.unavailable", `the key ${keyId} of ${tenantId} cannot be read`);
    }
  }

  return {
    async create(tenantId) {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      const made = writeOrderKey(publicKey);
      await mkdir(path.join(folder, tenantId), { recursive: true, mode: 0o700 });
      await chmod(path.join(folder, tenantId), 0o700);
      await writeFileDurably(
        fileOf(tenantId, made.keyId),
        privateKey.export({ format: "pem", type: "pkcs8" }) as string,
        0o600,
      );
      return made;
    },
    sign(tenantId, keyId, bytes) {
      const key = loaded.get(`${tenantId}/${keyId}`);
      if (key !== undefined) return sign(null, bytes, key);
      return load(tenantId, keyId).then((read) => sign(null, bytes, read));
    },
  };
}

/**
 * Keys in a token, an HSM or a KMS, behind a program: `create <tenant>` prints a public key in PEM, `sign <tenant> <key id>` reads the
 * bytes from its standard input and prints the 64 bytes of the signature. docs/signing.md has examples.
 */
export function commandKeys(command: readonly [string, ...string[]]): KeyProvider {
  const [program, ...fixed] = command;
  return {
    async create(tenantId) {
      const pem = await run(program, [...fixed, "create", tenantId], new Uint8Array());
      const publicKey = createPublicKey(Buffer.from(pem));
      if (publicKey.asymmetricKeyType !== "ed25519") throw new AppError("signer.unavailable", "it made no Ed25519 key");
      return writeOrderKey(publicKey);
    },
    async sign(tenantId, keyId, bytes) {
      const signature = await run(program, [...fixed, "sign", tenantId, keyId], bytes);
      if (signature.length !== 64)
        throw new AppError("signer.unavailable", `it printed ${signature.length} bytes, not 64`);
      return signature;
    },
  };
}
