import { generateKeyPairSync, sign, verify } from "node:crypto";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";

const PER_ROUND = 2_000;
/** About what an order takes. */
const PAYLOAD_BYTES = 300;

/** [S8] What signing and verifying cost. */
export async function orderSigning({ rounds }: BenchContext): Promise<readonly Measurement[]> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const payload = Buffer.alloc(PAYLOAD_BYTES, 7);
  const signature = sign(null, payload, privateKey);
  const us = await interleavedMedians(rounds, {
    sign: async () => timeEach(() => sign(null, payload, privateKey)),
    verify: async () => timeEach(() => verify(null, payload, publicKey, signature)),
  });
  return [
    { name: "node:crypto, sign", value: us.sign, unit: "µs" },
    { name: "node:crypto, verify", value: us.verify, unit: "µs" },
  ];
}

function timeEach(work: () => unknown): number {
  const begin = performance.now();
  for (let count = 0; count < PER_ROUND; count++) work();
  return ((performance.now() - begin) * 1_000) / PER_ROUND;
}
