import type { ActionId } from "@cordon/core/kernel";
import { AppError, agentId, epochMs, siteId, tenantId } from "@cordon/core/kernel";
import type { SignedBytes } from "@cordon/core/signing";
import { expect, test } from "vitest";
import type { OrderDeps, SignedWord } from "../src/index.ts";
import { SiteWorld } from "./site-world.ts";

const addressee = { tenantId: tenantId("acme"), siteId: siteId("hq"), agentId: agentId("agt_1") };
const SIGNED: SignedBytes = { keyId: "k", payload: Uint8Array.of(1), signature: new Uint8Array(64) };

/** Each payload is one byte: which of the words it says. What is good, and what it decodes to, the test says. */
function aWorld(
  words: readonly (Partial<SignedWord> & Pick<SignedWord, "body">)[],
  verdict: "good" | "bad_signature" = "good",
) {
  const decoded: number[] = [];
  const orders: OrderDeps = {
    addressee,
    trust: { version: 1, verify: () => verdict, replace: () => {} },
    decode: ([index = 0]) => {
      decoded.push(index);
      const word = words[index];
      if (word === undefined) throw new AppError("wire.bad_frame", "no such order");
      return { ...addressee, epoch: 1, sequence: index + 1, notAfter: epochMs(Number.MAX_SAFE_INTEGER), ...word };
    },
  };
  const world = new SiteWorld({}, { orders }).start();
  const take = (index: number) => world.agent.order({ ...SIGNED, payload: Uint8Array.of(index) });
  return { world, decoded, take };
}

const offerOf = (world: SiteWorld) =>
  ({ kind: "offer", order: world.order("host-1", { kind: "onDemandScan" }), epoch: 1 }) as const;

test("[W10] an offer that cannot be taken is answered with a refusal that names its action, once its signature was good", async () => {
  const body = {
    kind: "refusedOffer",
    actionId: "act_1" as ActionId,
    code: "wire.unsupported_action",
    message: "m",
  } as const;
  const { world, take } = aWorld([{ body }]);
  await take(0);
  const verdict = { kind: "refused", code: "wire.unsupported_action", message: "m" };
  expect(world.sent).toContainEqual({ kind: "receipt", actionId: "act_1", verdict });
});

test("[O1] of an order without a good signature nothing is decoded", async () => {
  const { world, decoded, take } = aWorld([{ body: offerOf(new SiteWorld()) }], "bad_signature");
  await take(0);
  expect(decoded).toEqual([]);
  expect(world.sent.at(-1)).toMatchObject({ kind: "orderRefused", sequence: 0, code: "order.bad_signature" });
  expect(world.agent.facts().refusedOrders).toEqual({ "order.bad_signature": 1 });
});

test("[O4] when an order is answered its number is on disk, and a process that was killed then does not take it again", async () => {
  const { world, take } = aWorld([{ body: offerOf(new SiteWorld()) }, { body: offerOf(new SiteWorld()) }]);
  await take(1);
  expect(world.sent.filter(({ kind }) => kind === "receipt")).toHaveLength(1);
  expect(world.store.crash().meta()).toMatchObject({ orderEpoch: 1, orderSequence: 2 });
  await take(0);
  await take(1);
  expect(world.agent.facts().refusedOrders).toEqual({ "order.replayed": 2 });
});

test("an order that is signed but cannot be read is refused, and the session goes on", async () => {
  const { world, take } = aWorld([]);
  await take(0);
  expect(world.sent.at(-1)).toMatchObject({ kind: "orderRefused", sequence: 0, code: "order.malformed" });
});
