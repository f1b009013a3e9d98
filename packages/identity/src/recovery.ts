import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, X509Certificate } from "node:crypto";
import { AppError, Secret } from "@cordon/core/kernel";
import { certificateFingerprint } from "./fingerprint.ts";

/** One root is the rule; two while it is replaced. */
const ROOTS_MAX = 8;
export const STATEMENT_CHARS_MAX = 65_536;

/** Says in the name of the recovery key: these are the coordinator's roots from now on. */
export interface RecoveryStatement {
  /** Grows: one that is not higher than what an agent has seen is refused. */
  readonly sequence: number;
  /** PEM. */
  readonly roots: readonly string[];
}

/** The exact bytes that were signed, base64, and the Ed25519 signature over them, base64. */
export interface SignedStatement {
  readonly statement: string;
  readonly signature: string;
}

export interface RecoveryKeyPair {
  /** Base64 of the SPKI form: what agents pin. */
  readonly publicKey: string;
  readonly privateKeyPem: Secret;
}

export function createRecoveryKey(): RecoveryKeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const privateKeyPem = new Secret(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return { publicKey: recoveryPublicKey(privateKeyPem), privateKeyPem };
}

/** Throws `identity.recovery_key` for what is not an Ed25519 key in PEM. */
export function recoveryPublicKey(privateKeyPem: Secret): string {
  try {
    const key = createPublicKey(createPrivateKey(privateKeyPem.reveal()));
    if (key.asymmetricKeyType !== "ed25519") throw new Error("it is another kind of key");
    return key.export({ type: "spki", format: "der" }).toString("base64");
  } catch {
    // What a parser says of a key may hold parts of it.
    throw new AppError("identity.recovery_key", "the file holds no Ed25519 private key in PEM");
  }
}

export function signStatement(statement: RecoveryStatement, privateKeyPem: Secret): SignedStatement {
  recoveryPublicKey(privateKeyPem);
  const bytes = Buffer.from(JSON.stringify({ kind: KIND, sequence: statement.sequence, roots: statement.roots }));
  const signature = sign(null, bytes, createPrivateKey(privateKeyPem.reveal()));
  return { statement: bytes.toString("base64"), signature: signature.toString("base64") };
}

/**
 * What the statement says, if the key's owner said it and it is newer than `after`. Throws `identity.recovery_refused` otherwise,
 * with one reason for all that is not genuine.
 */
export function readStatement(signed: SignedStatement, publicKey: string, after: number): RecoveryStatement {
  const bytes = Buffer.from(signed.statement, "base64");
  const key = readPublicKey(publicKey);
  if (key === undefined || !verify(null, bytes, key, Buffer.from(signed.signature, "base64"))) {
    throw new AppError("identity.recovery_refused", "it is not signed by the recovery key");
  }
  const statement = parse(bytes);
  if (statement.sequence <= after) {
    throw new AppError("identity.recovery_refused", "it is not newer than the authority that is trusted already");
  }
  return statement;
}

const KIND = "cordon-recovery-1";

function readPublicKey(publicKey: string) {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

function parse(bytes: Buffer): RecoveryStatement {
  try {
    const { kind, sequence, roots } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    if (kind !== KIND || !Number.isSafeInteger(sequence) || !Array.isArray(roots)) throw new Error("its shape");
    if (roots.length === 0 || roots.length > ROOTS_MAX) throw new Error("its roots");
    for (const root of roots) if (!new X509Certificate(String(root)).ca) throw new Error("a root that is none");
    return { sequence: sequence as number, roots: roots.map(String) };
  } catch (cause) {
    throw new AppError("identity.recovery_refused", "it cannot be read", { cause });
  }
}

/** By which people compare a recovery key: the first half of its SHA-256. */
export function recoveryKeyId(publicKey: string): string {
  return certificateFingerprint(Buffer.from(publicKey, "base64")).slice(0, 32);
}
