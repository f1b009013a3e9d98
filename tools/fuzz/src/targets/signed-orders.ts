import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { agentId, epochMs, siteId, tenantId } from "@cordon/core/kernel";
import { judgeOrder, NO_ORDER, parseOrderKeys, verifyOrder, writeOrderKey } from "@cordon/core/signing";
import { decodeOrder, encodeOrder, type Order } from "@cordon/protocol";
import { GOLDEN_ORDERS } from "@cordon/protocol/test/golden-orders";
import { declaring, type FuzzTarget, promised } from "../target.ts";

/** A fixed key (RFC 8032's first), so that the same seed gives the same cases. */
const PRIVATE_KEY = createPrivateKey({
  key: Buffer.from(
    "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "hex",
  ),
  format: "der",
  type: "pkcs8",
});
const WRITTEN = writeOrderKey(createPublicKey(PRIVATE_KEY));
const KEYS = parseOrderKeys({ version: 1, keys: [WRITTEN] });
const ADDRESSEE = { tenantId: tenantId("acme"), siteId: siteId("plant-7"), agentId: agentId("agt_1") };
const FACTS = { addressee: ADDRESSEE, sessionEpoch: 7, mark: NO_ORDER, now: epochMs(1_772_442_000_000) };

/** What an agent does with an order that came, in its order: the signature, what it says, whether it is for it, and its keys. */
export const signedOrders: FuzzTarget = {
  name: "signed-orders",
  summary: "orders and lists of keys, at the agent and from a signer that was taken over",
  shape: "protobuf",
  seeds: Object.values(GOLDEN_ORDERS).map((hex) => Buffer.from(hex, "hex")),
  words: [],
  bytesMax: 16_384,
  run(input) {
    const { keyId } = WRITTEN;
    // As a signature, and as what is signed: neither may be good by chance.
    promised(
      verifyOrder({ keyId, payload: new Uint8Array(8), signature: input }, KEYS) === "bad_signature",
      "made-up bytes are no signature",
    );
    const signature = sign(null, input, PRIVATE_KEY);
    promised(verifyOrder({ keyId, payload: input, signature }, KEYS) === "good", "what was signed is good");
    declaring(["wire.bad_frame", "order.bad_keys"], () => {
      const order = decodeOrder(input);
      if (judgeOrder(order, FACTS) === undefined) {
        promised(order.agentId === ADDRESSEE.agentId && order.epoch === 7, "what is taken is for this agent and epoch");
      }
      const { body } = order;
      if (body.kind === "orderKeys") {
        const keys = parseOrderKeys(body);
        promised(keys.length === body.keys.length, "every key of a list is one");
      }
      if (body.kind === "refusedOffer") return;
      const again = decodeOrder(encodeOrder({ ...order, body } satisfies Order));
      promised(again.body.kind === body.kind && again.sequence === order.sequence, "what was read is written again");
    });
  },
};
