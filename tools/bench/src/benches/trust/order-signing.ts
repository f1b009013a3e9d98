import { generateKeyPairSync, sign, verify } from "node:crypto";
import { actionId, addMs, agentId, endpointId, siteId, systemClock, tenantId } from "@cordon/core/kernel";
import { judgeOrder, NO_ORDER, notAfterOf, parseOrderKeys, verifyOrder, writeOrderKey } from "@cordon/core/signing";
import { decodeOrder, encodeOrder, type Order } from "@cordon/protocol";
import { startTestPostgres } from "@cordon/testkit";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";
import { openHotWork } from "./walled-record.ts";

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
  const path = await wayOfAnAction(rounds);
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
    { name: "an action's way through the record", value: path, unit: "µs" },
    {
      name: "  share of it that signing and verifying come to",
      value: ((us.make + us.take) / path) * 100,
      unit: "%",
      goal: { of: "value", atMost: 5 },
    },
  ];
}

/** Less than the whole of dispatch: without queue, wire, ledger and KSC, so that the share is an upper bound. */
async function wayOfAnAction(rounds: number): Promise<number> {
  const postgres = await startTestPostgres();
  const work = await openHotWork(postgres, true);
  try {
    const way = await interleavedMedians(rounds, {
      // Ten actions each: planned and stored, loaded for dispatch, and told of once.
      stored: () => timeOf(work.commitEvents),
      loaded: () => timeOf(work.loadForDispatch),
      told: () => timeOf(work.applyStatuses),
    });
    return (way.stored + way.loaded + STATUSES * way.told) / ACTIONS;
  } finally {
    await work.close();
    await postgres.stop();
  }
}

/** Of `openHotWork`. */
const ACTIONS = 10;
/** Receipt, submitting, submitted, task seen, running, succeeded. */
const STATUSES = 6;
const TIMES = 10;

async function timeOf(work: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  let done = 0;
  for (let count = 0; count < TIMES; count++) done += await work();
  return ((performance.now() - begin) * 1_000) / done;
}

function timeEach(work: () => unknown): number {
  const begin = performance.now();
  for (let count = 0; count < PER_ROUND; count++) work();
  return ((performance.now() - begin) * 1_000) / PER_ROUND;
}
