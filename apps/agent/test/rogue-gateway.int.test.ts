import { generateKeyPairSync, sign } from "node:crypto";
import { agentId, epochMs, siteId, systemClock, tenantId } from "@cordon/core/kernel";
import { writeOrderKey } from "@cordon/core/signing";
import type { Offer, SignedOrder, ToCoordinator } from "@cordon/protocol";
import { eventually } from "@cordon/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningAgent } from "../src/index.ts";
import { hostOf, startTestSite, type TestSite } from "./test-site.ts";

/** A gateway with a good certificate that says anything, to a real agent before a simulated KSC. It has everything but the key. */

let site: TestSite;
let agent: RunningAgent;
beforeEach(async () => {
  site = await startTestSite();
  agent = await site.start();
});
afterEach(() => site[Symbol.asyncDispose]());

const isolation = (): Offer => {
  const order = site.coordinator.order(hostOf(site), { kind: "isolateHost", durationSeconds: 3_600 });
  return { kind: "offer", order, epoch: 0 };
};

const refusals = (): readonly Extract<ToCoordinator, { kind: "orderRefused" }>[] =>
  site.coordinator.messages.filter((message) => message.kind === "orderRefused");

/** Sends them one after another, and gives what the agent said to each. */
async function refusedWith(hostile: readonly SignedOrder[]): Promise<readonly string[]> {
  const before = refusals().length;
  for (const order of hostile) site.coordinator.send(order);
  await eventually(() => refusals().length === before + hostile.length, { what: "an answer to each" });
  return refusals()
    .slice(before)
    .map(({ code }) => code);
}

function expectNoEffect(): void {
  const { incidents, effects } = site.ksc.control.truth();
  expect([incidents.length, effects.length]).toEqual([0, 0]);
  expect(agent.facts().ledger.open).toBe(0);
}

test("[S8] [O1] what another key signed, under its own or the right name, and what was changed on its way, has no effect", async () => {
  const genuine = site.coordinator.sign(isolation());
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const own = { ...genuine, signature: sign(null, genuine.payload, privateKey) };
  const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const changed = [0, 7, 60, genuine.payload.length - 1].map((at) => ({
    ...genuine,
    payload: flipped(genuine.payload, at),
  }));
  const cut = [1, 40, genuine.payload.length - 1].map((length) => ({
    ...genuine,
    payload: genuine.payload.subarray(0, length),
  }));
  const codes = await refusedWith([
    { ...own, keyId: writeOrderKey(publicKey).keyId },
    own,
    ...changed,
    ...cut,
    { ...genuine, signature: flipped(genuine.signature, 63) },
    { ...genuine, payload: Buffer.concat([genuine.payload, Buffer.from([0xf2, 0x01, 1, 1])]) },
  ]);
  expect(codes).toEqual(["order.unknown_key", ...Array(codes.length - 1).fill("order.bad_signature")]);
  expectNoEffect();
  expect(agent.facts().refusedOrders).toEqual({
    "order.unknown_key": 1,
    "order.bad_signature": codes.length - 1,
  });
});

test("[S8] [O2, O3, O5] what the right key signed for another tenant, site or agent, another epoch or another time, has no effect", async () => {
  const { coordinator } = site;
  const now = systemClock.now();
  expect(
    await refusedWith([
      coordinator.sign(isolation(), { tenantId: tenantId("other") }),
      coordinator.sign(isolation(), { siteId: siteId("site-b") }),
      coordinator.sign(isolation(), { agentId: agentId("agent-2") }),
      coordinator.sign(isolation(), { epoch: 0 }),
      coordinator.sign(isolation(), { epoch: 99 }),
      coordinator.sign(isolation(), { notAfter: epochMs(now - 1) }),
    ]),
  ).toEqual([
    "order.not_addressed",
    "order.not_addressed",
    "order.not_addressed",
    "order.stale_epoch",
    "order.stale_epoch",
    "order.overdue",
  ]);
  expectNoEffect();
});

test("[S8] [O4] a recorded order is taken once: not again, not behind a later one, not after a restart or in another session", async () => {
  const { coordinator } = site;
  const [first, second, late] = [isolation(), isolation(), isolation()];
  const recorded = [coordinator.sign(first), coordinator.sign(second)];
  const held = coordinator.sign(late);
  const later = coordinator.sign({ kind: "cancel", actionId: late.order.actionId, reason: "r" });
  for (const order of recorded) coordinator.send(order);
  for (const { order } of [first, second]) await coordinator.reached(order.actionId, "succeeded");
  coordinator.send(later);
  // What the gateway kept back while it let a later one through.
  expect(await refusedWith([...recorded, held])).toEqual(Array(3).fill("order.replayed"));
  await agent.stop();
  agent = await site.start();
  expect(await refusedWith([...recorded, held])).toEqual(Array(3).fill("order.stale_epoch"));
  expect([first, second, late].map(({ order }) => site.incidentsOf(order.actionId))).toEqual([1, 1, 0]);
});

test("[S8] a release, a cancel and a question for evidence of a rogue gateway are not obeyed either", async () => {
  const { coordinator } = site;
  const { order } = isolation();
  expect(await coordinator.offer(order)).toEqual({ kind: "accepted" });
  await coordinator.reached(order.actionId, "succeeded");
  const { actionId } = order;
  const forged = [
    coordinator.sign({ kind: "release", actionId, reason: "r" }),
    coordinator.sign({ kind: "cancel", actionId, reason: "r" }),
    coordinator.sign({ kind: "evidenceRequest", requestId: "e", actionId, want: "file", requestedBy: "eve" }),
    coordinator.sign({ kind: "orderKeys", version: 9, keys: coordinator.keys.keys }),
  ].map((signed) => ({ ...signed, signature: new Uint8Array(64) }));
  expect(await refusedWith(forged)).toEqual(forged.map(() => "order.bad_signature"));
  const answers = ["releaseResult", "cancelResult", "evidenceAnswer"];
  expect(coordinator.messages.filter(({ kind }) => answers.includes(kind))).toEqual([]);
  expect(agent.facts().orderKeys).toBe(1);
});

test("[O6] a new key counts when a held one has announced it, the old one no more once the list is without it, also after a restart", async () => {
  const { coordinator } = site;
  const next = generateKeyPairSync("ed25519");
  const added = writeOrderKey(next.publicKey);
  const byNext = (offer: Offer) => {
    const signed = coordinator.sign(offer);
    return { ...signed, keyId: added.keyId, signature: sign(null, signed.payload, next.privateKey) };
  };
  const held = () => coordinator.messages.findLast((message) => message.kind === "orderKeysHeld");
  expect(await refusedWith([byNext(isolation())])).toEqual(["order.unknown_key"]);
  coordinator.send({ kind: "orderKeys", version: 2, keys: [...coordinator.keys.keys, added] });
  await eventually(() => held()?.version === 2, { what: "the new list" });
  const { order } = isolation();
  coordinator.send(byNext({ kind: "offer", order, epoch: 0 }));
  await coordinator.reached(order.actionId, "succeeded");
  coordinator.send({ kind: "orderKeys", version: 3, keys: [added] });
  await eventually(() => held()?.version === 3, { what: "the list without the old key" });
  await agent.stop();
  agent = await site.start();
  expect(await refusedWith([coordinator.sign(isolation())])).toEqual(["order.unknown_key"]);
  expect(agent.facts().orderKeys).toBe(3);
});
