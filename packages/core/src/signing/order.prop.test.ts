import { generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AppError, agentId, epochMs, siteId, tenantId } from "../kernel/index.ts";
import {
  judgeOrder,
  NO_ORDER,
  notAfterOf,
  ORDER_TERM_MS,
  parseOrderKeys,
  verifyOrder,
  writeOrderKey,
} from "./index.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const [key] = parseOrderKeys({ version: 1, keys: [writeOrderKey(publicKey)] });
if (key === undefined) throw new Error("no key");
const keys = [key];
const { keyId } = key;

const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });

test("[O1] of all bytes near what was signed, only the very same are good", () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.nat({ max: 7 }), fc.boolean(), (payload, at, bit, inSignature) => {
      const signature = sign(null, payload, privateKey);
      expect(verifyOrder({ keyId, payload, signature }, keys)).toBe("good");
      const flip = (one: Uint8Array) =>
        one.map((byte, index) => (index === at % one.length ? byte ^ (1 << bit) : byte));
      const changed = inSignature ? { payload, signature: flip(signature) } : { payload: flip(payload), signature };
      expect(verifyOrder({ keyId, ...changed }, keys)).toBe("bad_signature");
      const cut = payload.subarray(0, at % payload.length);
      expect(verifyOrder({ keyId, payload: cut, signature }, keys)).toBe("bad_signature");
    }),
  );
});

test("[O1] a signature counts under the key that made it alone", () => {
  const other = writeOrderKey(generateKeyPairSync("ed25519").publicKey);
  const payload = Buffer.from("order");
  const signature = sign(null, payload, privateKey);
  expect(verifyOrder({ keyId: other.keyId, payload, signature }, keys)).toBe("unknown_key");
  expect(verifyOrder({ keyId: other.keyId, payload, signature }, parseOrderKeys({ version: 1, keys: [other] }))).toBe(
    "bad_signature",
  );
});

test("[O6] what is no key, is of another kind, or has another's id, is no list of keys", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1_024 }).publicKey;
  const codeOf = (list: Parameters<typeof parseOrderKeys>[0]["keys"]) => {
    try {
      parseOrderKeys({ version: 1, keys: list });
    } catch (thrown) {
      return (thrown as AppError).code;
    }
    return "taken";
  };
  const good = writeOrderKey(publicKey);
  expect(codeOf([good])).toBe("taken");
  for (const wrong of [
    { keyId: good.keyId, publicKey: "bm90aGluZw==" },
    { ...good, keyId: "00" },
    writeOrderKey(rsa),
  ]) {
    expect(codeOf([wrong])).toBe("order.bad_keys");
  }
  expect(codeOf(Array(17).fill(good))).toBe("order.bad_keys");
});

const addressee = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agt_1") };
const NOW = epochMs(1_772_442_000_000);

test("[O3, O4] whatever comes in whatever order, each number of an epoch is taken once, and rising", () => {
  const order = fc.record({ epoch: fc.integer({ min: 1, max: 4 }), sequence: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 40 }), (orders) => {
      let mark = NO_ORDER;
      const taken: (typeof mark)[] = [];
      for (const one of orders) {
        const head = { ...addressee, ...one, notAfter: NOW };
        // The session is always the one that the order names: a rogue gateway may welcome with any epoch.
        if (judgeOrder(head, { addressee, sessionEpoch: one.epoch, mark, now: NOW }) === undefined) {
          mark = one;
          taken.push(one);
        }
      }
      const rank = ({ epoch, sequence }: typeof mark) => epoch * 100 + sequence;
      for (const [index, one] of taken.entries()) {
        if (index > 0) expect(rank(one)).toBeGreaterThan(rank(taken[index - 1] as typeof mark));
      }
    }),
  );
});

test("[O2, O5] another's order and an overdue one are refused; a clock that was set back brings no number back", () => {
  const head = { ...addressee, epoch: 1, sequence: 5, notAfter: notAfterOf(NOW) };
  const facts = { addressee, sessionEpoch: 1, mark: NO_ORDER, now: NOW };
  expect(judgeOrder(head, facts)).toBeUndefined();
  for (const other of [{ tenantId: tenantId("b") }, { siteId: siteId("b") }, { agentId: agentId("b") }]) {
    expect(judgeOrder({ ...head, ...other }, facts)?.code).toBe("order.not_addressed");
  }
  const late = epochMs(NOW + ORDER_TERM_MS + 1);
  expect(judgeOrder(head, { ...facts, now: late })?.code).toBe("order.overdue");
  expect(judgeOrder({ ...head, notAfter: notAfterOf(NOW, late) }, { ...facts, now: late })).toBeUndefined();
  const rolledBack = { ...facts, mark: { epoch: 1, sequence: 5 }, now: epochMs(1) };
  expect(judgeOrder(head, rolledBack)?.code).toBe("order.replayed");
});
