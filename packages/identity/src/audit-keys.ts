import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { AuditKey, AuditSigner } from "@cordon/coordinator-core";
import { type AuditChain, keyBytes, keyIdOf, PLATFORM_CHAIN } from "@cordon/core/audit";
import { AppError, type Clock } from "@cordon/core/kernel";
import { writeFileDurably } from "./durable-file.ts";

interface HeldKey extends AuditKey {
  readonly privateKey: KeyObject;
}

/** Rotations of one chain; beyond it somebody rotates in a loop. */
const KEYS_MAX = 1_000;
const FILE = /^(\d{4})\.json$/;

/**
 * The private keys of the audit's chains: a folder for each chain (0700), a file for each of its keys (0600), numbered in the order in which
 * they were made. They lie apart from the keys that sign orders. Throws `identity.unreadable_audit_key`.
 */
export function openAuditKeys(directory: string, { clock }: { readonly clock: Pick<Clock, "now"> }): AuditSigner {
  const known = new Map<AuditChain, Promise<readonly HeldKey[]>>();
  const folderOf = (chain: AuditChain) => path.join(directory, chain === PLATFORM_CHAIN ? "_platform" : chain);

  const held = (chain: AuditChain): Promise<readonly HeldKey[]> => {
    const before = known.get(chain);
    if (before !== undefined) return before;
    const reading = readKeys(folderOf(chain)).then((keys) => (keys.length > 0 ? keys : add(chain, [])));
    known.set(chain, reading);
    reading.catch(() => known.delete(chain));
    return reading;
  };

  const add = async (chain: AuditChain, keys: readonly HeldKey[]): Promise<readonly HeldKey[]> => {
    const folder = folderOf(chain);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made = makeKey(chain, clock.now(), keys.at(-1));
    const { privateKey, ...open } = made;
    const pem = privateKey.export({ format: "pem", type: "pkcs8" });
    const name = `${String(keys.length + 1).padStart(4, "0")}.json`;
    await writeFileDurably(path.join(folder, name), JSON.stringify({ ...open, privateKey: pem }, undefined, 2), 0o600);
    return [...keys, made];
  };

  return {
    async sign(chain, bytes) {
      const key = (await held(chain)).at(-1) as HeldKey;
      return { keyId: key.keyId, signature: sign(null, bytes, key.privateKey).toString("base64") };
    },
    keys: async (chain) => (await held(chain)).map(toOpen),
    async rotate(chain) {
      const keys = await held(chain);
      if (keys.length >= KEYS_MAX)
        throw new AppError("identity.unreadable_audit_key", `${keys.length} keys of ${chain}`);
      const next = add(chain, keys);
      known.set(chain, next);
      next.catch(() => known.delete(chain));
      return toOpen((await next).at(-1) as HeldKey);
    },
  };
}

function makeKey(chain: AuditChain, since: number, older: HeldKey | undefined): HeldKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const keyId = keyIdOf(der);
  const key = { keyId, publicKey: der.toString("base64"), since, privateKey };
  if (older === undefined) return key;
  const endorsement = sign(null, keyBytes(chain, keyId), older.privateKey).toString("base64");
  return { ...key, endorsedBy: older.keyId, endorsement };
}

async function readKeys(folder: string): Promise<readonly HeldKey[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).toSorted();
  return Promise.all(names.map((name) => readKey(path.join(folder, name))));
}

async function readKey(file: string): Promise<HeldKey> {
  try {
    const { privateKey: pem, ...open } = JSON.parse(await readFile(file, "utf8"));
    const privateKey = createPrivateKey(pem);
    const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    if (keyIdOf(der) !== open.keyId) throw new Error("it is not the key that it is called by");
    return { ...open, privateKey };
  } catch (cause) {
    throw new AppError("identity.unreadable_audit_key", file, { cause, details: { file } });
  }
}

function toOpen({ privateKey: _, ...open }: HeldKey): AuditKey {
  return open;
}
