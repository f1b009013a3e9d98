import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, Secret } from "@cordon/core/kernel";
import { writeFileDurably } from "./durable-file.ts";
import { createRecoveryKey, recoveryPublicKey, type SignedStatement } from "./recovery.ts";

/**
 * The recovery key beside the authority's folder, because it is for the day on which that is lost. Its private half is made once
 * and belongs to where no network reaches it.
 */
export interface RecoveryFiles {
  readonly keyFile: string;
  /** Base64 of the SPKI form. */
  publicKey(): Promise<string>;
  /** Undefined: it was taken away, as it should be. */
  privateKey(): Promise<Secret | undefined>;
  statement(): Promise<SignedStatement | undefined>;
  /** From now on this is the recovery key, and this its word. A private half of another one is forgotten by what reads it. */
  adopt(publicKey: string, statement: SignedStatement): Promise<void>;
}

export async function openRecoveryFiles(directory: string): Promise<RecoveryFiles> {
  const keyFile = path.join(directory, "recovery.key.pem");
  const publicFile = path.join(directory, "recovery.pub");
  const statementFile = path.join(directory, "recovery.json");
  if (!existsSync(publicFile)) {
    if (!existsSync(keyFile)) await writeFileDurably(keyFile, createRecoveryKey().privateKeyPem.reveal(), 0o600);
    const key = new Secret(await readFile(keyFile, "utf8"));
    await writeFileDurably(publicFile, `${recoveryPublicKey(key)}\n`, 0o644);
  }
  const publicKey = async () => (await readFile(publicFile, "utf8")).trim();
  return {
    keyFile,
    publicKey,
    async privateKey() {
      if (!existsSync(keyFile)) return undefined;
      const key = new Secret(await readFile(keyFile, "utf8"));
      return recoveryPublicKey(key) === (await publicKey()) ? key : undefined;
    },
    async statement() {
      if (!existsSync(statementFile)) return undefined;
      try {
        return JSON.parse(await readFile(statementFile, "utf8")) as SignedStatement;
      } catch (cause) {
        throw new AppError("identity.unreadable_authority", `${statementFile} cannot be read`, { cause });
      }
    },
    async adopt(key, statement) {
      await writeFileDurably(statementFile, `${JSON.stringify(statement)}\n`, 0o644);
      await writeFileDurably(publicFile, `${key}\n`, 0o644);
    },
  };
}
