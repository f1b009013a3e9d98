import { createHash } from "node:crypto";
import { type Random, Secret } from "@cordon/core/kernel";
import { parseFingerprint } from "./fingerprint.ts";

const PREFIX = "cordon-enrol.";
const SECRET_BYTES = 32;
const TOKEN_CHARS_MAX = 2_048;

/** What a person carries to a new site: where to enrol, whom to trust there, and the one-time proof. */
export interface EnrolmentToken {
  /** The API listener's public URL, `https://host:port`. */
  readonly url: string;
  /** SHA-256 of the coordinator's root certificate, hex. */
  readonly caFingerprint: string;
  readonly secret: Secret;
}

export function createEnrolmentSecret(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(SECRET_BYTES)).toString("base64url"));
}

/** The store keeps only this. The secret has 256 random bits, so a plain hash cannot be searched. */
export function hashEnrolmentSecret(secret: Secret): string {
  return createHash("sha256").update(secret.reveal()).digest("hex");
}

/** `cordon-enrol.<base64url of {"u","c","s"}>`: one word, safe to paste. */
export function formatEnrolmentToken(token: EnrolmentToken): Secret {
  const json = JSON.stringify({ u: token.url, c: token.caFingerprint, s: token.secret.reveal() });
  return new Secret(`${PREFIX}${Buffer.from(json).toString("base64url")}`);
}

/** Undefined when the text is not a whole token (cut while copying, or something else). */
export function parseEnrolmentToken(text: Secret): EnrolmentToken | undefined {
  const word = text.reveal().trim();
  if (!word.startsWith(PREFIX) || word.length > TOKEN_CHARS_MAX) return undefined;
  try {
    const { u, c, s } = JSON.parse(Buffer.from(word.slice(PREFIX.length), "base64url").toString("utf8"));
    const caFingerprint = typeof c === "string" ? parseFingerprint(c) : undefined;
    if (typeof u !== "string" || typeof s !== "string" || s === "" || caFingerprint === undefined) return undefined;
    if (new URL(u).protocol !== "https:") return undefined;
    return { url: u, caFingerprint, secret: new Secret(s) };
  } catch {
    return undefined;
  }
}
