import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type AppError, epochMs, systemClock, tenantId } from "@cordon/core/kernel";
import { parseOrderKeys, verifyOrder } from "@cordon/core/signing";
import { createTempFolder } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { commandKeys, fileKeys } from "./key-provider.ts";
import { addKey, endKey, keyFor, listOf, NO_KEYS } from "./key-ring.ts";
import { openKeyRings } from "./key-rings.ts";

const ACME = tenantId("acme");
const NOW = epochMs(1_772_442_000_000);
const key = (keyId: string) => ({ keyId, publicKey: `public ${keyId}` });
const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (thrown) {
    return (thrown as AppError).code;
  }
  return "done";
};

const TWO = addKey(addKey(NO_KEYS, key("a"), NOW), key("b"), NOW);

test("an agent is spoken to with the newest key that it said it holds, and with the oldest as long as it has said nothing", () => {
  expect(keyFor(TWO, undefined, "order")?.keyId).toBe("a");
  expect(keyFor(TWO, 1, "order")?.keyId).toBe("a");
  expect(keyFor(TWO, 2, "order")?.keyId).toBe("b");
});

test("an ended key signs no order, and still announces the list that is without it to who knows no other", () => {
  const retired = endKey(TWO, "a", "retired", NOW);
  expect(listOf(retired)).toEqual({ version: 3, keys: [key("b")] });
  expect(keyFor(retired, 1, "order")?.keyId).toBe("b");
  expect(keyFor(retired, 1, "keys")?.keyId).toBe("a");
});

test("the newest key is not retired, none twice, and one that is not there not at all; a retired one may be revoked", () => {
  expect(codeOf(() => endKey(TWO, "b", "retired", NOW))).toBe("signing_key.current");
  const retired = endKey(TWO, "a", "retired", NOW);
  expect(codeOf(() => endKey(retired, "a", "retired", NOW))).toBe("signing_key.ended");
  expect(codeOf(() => endKey(retired, "c", "retired", NOW))).toBe("signing_key.not_found");
  expect(endKey(retired, "a", "revoked", NOW).keys[0]?.state).toBe("revoked");
});

test("[S9] keys lie in files that only their owner may read, and come back after a restart; a revoked newest key has a successor", async () => {
  const folder = createTempFolder("cordon-keys");
  onTestFinished(() => folder.remove());
  const provider = fileKeys(folder.path);
  const [first] = (await openKeyRings(folder.path, provider, systemClock).ringOf(ACME)).keys;
  const file = path.join(folder.path, ACME, `${first?.keyId}.pem`);
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  const again = openKeyRings(folder.path, fileKeys(folder.path), systemClock);
  const ended = await again.end(ACME, first?.keyId ?? "", "revoked");
  expect(ended.keys.map(({ state }) => state)).toEqual(["revoked", "in_force"]);
  expect(readFileSync(path.join(path.dirname(file), "keys.json"), "utf8")).not.toContain("PRIVATE");
});

test("a program may have the keys: it makes them and signs, and one that fails is signer.unavailable", async () => {
  const folder = createTempFolder("cordon-token");
  onTestFinished(() => folder.remove());
  const program = path.join(folder.path, "token.mjs");
  writeFileSync(
    program,
    `import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
     import { readFileSync, writeFileSync } from "node:fs";
     const [what, tenant] = process.argv.slice(2);
     const file = ${JSON.stringify(folder.path)} + "/" + tenant;
     if (what === "create") {
       const { privateKey, publicKey } = generateKeyPairSync("ed25519");
       writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }));
       process.stdout.write(publicKey.export({ format: "pem", type: "spki" }));
     } else process.stdout.write(sign(null, readFileSync(0), createPrivateKey(readFileSync(file))));`,
  );
  const provider = commandKeys([process.execPath, program]);
  const made = await provider.create(ACME);
  const payload = Buffer.from("an order");
  const signature = await provider.sign(ACME, made.keyId, payload);
  const keys = parseOrderKeys({ version: 1, keys: [made] });
  expect(verifyOrder({ keyId: made.keyId, payload, signature }, keys)).toBe("good");
  await expect(provider.sign(tenantId("other"), "k", payload)).rejects.toMatchObject({ code: "signer.unavailable" });
});
