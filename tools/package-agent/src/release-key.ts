import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Secret } from "@cordon/core/kernel";

/** Where the key for trying things out lies: no agent trusts it that was not told to. */
export const DEVELOPMENT_KEY = "development-release-key.pem";

export interface SigningKey {
  readonly pem: Secret;
  readonly file: string;
  readonly isDevelopment: boolean;
}

/** The release key that was named, else a development key in `outDir`, made at the first use. */
export async function openSigningKey(outDir: string, named: string | undefined): Promise<SigningKey> {
  const file = named ?? path.join(outDir, DEVELOPMENT_KEY);
  if (named === undefined && !existsSync(file)) {
    await mkdir(outDir, { recursive: true });
    await writeReleaseKey(file);
  }
  const { mode } = await stat(file);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new Error(`${file}: others can read the release key; run: chmod 600 ${file}`);
  }
  return { pem: new Secret(await readFile(file, "utf8")), file, isDevelopment: named === undefined };
}

/** A new Ed25519 private key in PKCS#8 PEM, readable by its owner; an existing file is never overwritten. */
export async function writeReleaseKey(file: string): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  await writeFile(file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
}
