import { generateKeyPairSync, sign, verify } from "node:crypto";
import { actionId, addMs, agentId, endpointId, siteId, systemClock, tenantId } from "@cordon/core/kernel";
import { judgeOrder, NO_ORDER, notAfterOf, parseOrderKeys, verifyOrder, writeOrderKey } from "@cordon/core/signing";
import { decodeOrder, encodeOrder, type Order } from "@cordon/protocol";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";

const PER_ROUND = 2_000;

/**
 * [S8] What an order costs its signer and its agent beyond what an unsigned one would: the payload itself is encoded and decoded in
 * either case. Beside it the same two calls of node:crypto by themselves.
 */
export async function orderSigning({ rounds }: BenchContext): Promise<readonly Measurement[]> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const written = writeOrderKey(publicKey);
  const keys = parseOrderKeys({ version: 1, keys: [written] });
  const { keyId } = written;
  const now = systemClock.now();
  const order: Order = {
    tenantId: tenantId("acme"),
    siteId: siteId("hq"),
    agentId: agentId("agent-59969dc7-e28b-4c58-932f-f223f89ab8a4"),
    epoch: 7,
    sequence: 1_000_000,
    issuedAt: now,
    notAfter: notAfterOf(now),
    body: {
      kind: "offer",
      epoch: 7,
      order: {
        actionId: actionId("act_0123456789abcdef0123456789abcdef"),
        endpointId: endpointId("7b4f1c1e-1111-4222-8333-444455556666"),
        spec: { kind: "isolateHost", durationSeconds: 28_800, holdSeconds: 86_400 },
        deadline: addMs(now, 3_600_000),
      },
    },
  };
  const payload = encodeOrder(order);
  const signature = sign(null, payload, privateKey);
  const facts = { addressee: order, sessionEpoch: order.epoch, mark: NO_ORDER, now };
  const us = await interleavedMedians(rounds, {
    make: async () => timeEach(() => sign(null, encodeOrder(order), privateKey)),
    take: async () =>
      timeEach(() => {
        if (verifyOrder({ keyId, payload, signature }, keys) !== "good") throw new Error("the signature is good");
        if (judgeOrder(decodeOrder(payload), facts) !== undefined) throw new Error("the order is taken");
      }),
    sign: async () => timeEach(() => sign(null, payload, privateKey)),
    verify: async () => timeEach(() => verify(null, payload, publicKey, signature)),
  });
  return [
    {
      name: "an order is made and signed",
      value: us.make,
      unit: "µs",
      peer: { name: "µs, node:crypto sign", value: us.sign },
    },
    {
      name: "an order is verified and judged",
      value: us.take,
      unit: "µs",
      peer: { name: "µs, node:crypto verify", value: us.verify },
    },
  ];
}

function timeEach(work: () => unknown): number {
  const begin = performance.now();
  for (let count = 0; count < PER_ROUND; count++) work();
  return ((performance.now() - begin) * 1_000) / PER_ROUND;
}
