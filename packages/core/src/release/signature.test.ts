import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../kernel/index.ts";
import { formatReleaseKey, parseReleaseKey, signRelease, verifyRelease } from "./signature.ts";

const newKey = () =>
  new Secret(generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString());
const manifest = Buffer.from('{"version":"0.2.0"}');

describe("a release's signature", () => {
  it("is accepted from a configured key, in either form of writing it down", () => {
    const signed = signRelease(manifest, newKey());
    const line = formatReleaseKey(signed.key);
    const pem = signed.key.publicKey.export({ format: "pem", type: "spki" }).toString();
    for (const text of [line, pem, `  ${line}\n`]) {
      expect(verifyRelease(manifest, signed, [parseReleaseKey(text)])?.id).toBe(signed.keyId);
    }
  });

  it("is refused for one changed byte, another key, another key's name, and what is no signature", () => {
    const signed = signRelease(manifest, newKey());
    const other = signRelease(manifest, newKey());
    expect(verifyRelease(Buffer.from('{"version":"0.3.0"}'), signed, [signed.key])).toBeUndefined();
    expect(verifyRelease(manifest, signed, [other.key])).toBeUndefined();
    expect(verifyRelease(manifest, { ...signed, keyId: other.keyId }, [signed.key, other.key])).toBeUndefined();
    expect(verifyRelease(manifest, { ...signed, signature: "" }, [signed.key])).toBeUndefined();
    expect(verifyRelease(manifest, signed, [])).toBeUndefined();
  });

  it("[S9] a key of another kind is refused without a word of it in the message", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const pem = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    expect(() => signRelease(manifest, new Secret(pem))).toThrow("must be an Ed25519 private key");
    expect(() => signRelease(manifest, new Secret("hunter2"))).toThrow(/^(?!.*hunter2)/);
    expect(() => parseReleaseKey(rsa.publicKey.export({ format: "pem", type: "spki" }).toString())).toThrow(
      "it is rsa",
    );
    expect(() => parseReleaseKey("bm8=")).toThrow("config.invalid");
  });
});
