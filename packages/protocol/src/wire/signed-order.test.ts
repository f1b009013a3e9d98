import { ACTION_KINDS } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyOrder } from "../../test/any-message.ts";
import { GOLDEN_ORDERS } from "../../test/golden-orders.ts";
import { SAMPLE_ORDERS } from "../../test/sample-orders.ts";
import { cordon } from "./generated/agent.js";
import type * as pb from "./generated/names.ts";
import { decodeOrder, encodeOrder } from "./signed-order.ts";

const wire = cordon.agent.v1;

function failure(call: () => unknown): { code: string; text: string } {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof AppError) return { code: thrown.code, text: thrown.message };
    throw thrown;
  }
  throw new Error("nothing was refused");
}

/** An enum value that no release knows yet. */
const NEWER_VALUE = 99 as never;

/** A field that no release knows yet: number 30 with some bytes. */
const NEWER_FIELD = Buffer.from([0xf2, 0x01, 3, 1, 2, 3]);

const HEAD_FIELDS = {
  tenantId: "acme",
  siteId: "hq",
  agentId: "agt_1",
  epoch: 1,
  sequence: 1,
  issuedAtMs: 1,
  notAfterMs: 2,
};
const HEAD = Buffer.from(wire.Order.encode(HEAD_FIELDS).finish());
const payloadOf = (offer: pb.Offer) => wire.Order.encode({ ...HEAD_FIELDS, offer }).finish();

describe("orders", () => {
  it.each(Object.entries(SAMPLE_ORDERS))("[F3] %s is written and read as in the field", (name, order) => {
    const hex = GOLDEN_ORDERS[name] ?? "";
    expect(Buffer.from(encodeOrder(order)).toString("hex")).toBe(hex);
    expect(decodeOrder(Buffer.from(hex, "hex"))).toEqual(order);
  });

  it("[F3] every kind of order and every action has golden bytes", () => {
    expect(Object.keys(GOLDEN_ORDERS).sort()).toEqual(Object.keys(SAMPLE_ORDERS).sort());
    const bodies = Object.values(SAMPLE_ORDERS).map(({ body }) => body);
    const empty = new wire.Order();
    const head = ["tenantId", "siteId", "agentId", "epoch", "sequence", "issuedAtMs", "notAfterMs"];
    const contract = Object.keys(Object.getPrototypeOf(empty)).filter((key) => !head.includes(key));
    expect([...new Set<string>(bodies.map(({ kind }) => kind))].sort()).toEqual(contract.sort());
    const actions = bodies.flatMap((body) => (body.kind === "offer" ? [body.order.spec.kind] : []));
    expect([...new Set(actions)].sort()).toEqual([...ACTION_KINDS].sort());
  });

  it("[F1] what is signed is what is read, for every order", () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        expect(decodeOrder(encodeOrder(order))).toEqual(order);
      }),
    );
  });

  it("[F2] a payload with some bytes changed or cut off only ever raises wire errors", () => {
    const damage = fc.array(fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) }), { maxLength: 4 });
    fc.assert(
      fc.property(anyOrder, damage, fc.nat(), (order, changes, cutAt) => {
        const bytes = Buffer.from(encodeOrder(order));
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        for (const payload of [bytes, bytes.subarray(0, cutAt % bytes.length)]) {
          try {
            decodeOrder(payload);
          } catch (thrown) {
            expect(String((thrown as AppError).code)).toMatch(/^wire\./);
          }
        }
      }),
    );
  });
});

describe("an offer that cannot be taken", () => {
  const order: pb.ActionOrder = { actionId: "act_1", endpointId: "host", spec: { onDemandScan: {} }, deadlineMs: 1 };
  const body = (change: pb.ActionOrder) => decodeOrder(payloadOf({ order: { ...order, ...change } })).body;

  it("[F9] an action of a newer coordinator is a refusal that names it, not a bad frame", () => {
    // ActionSpec with only field 30: protobufjs cannot write it, so it is spliced in (spec is field 3 of the order).
    const inner = Buffer.concat([
      wire.ActionOrder.encode({ actionId: "act_1", endpointId: "host", deadlineMs: 1 }).finish(),
      Buffer.from([0x1a, NEWER_FIELD.length]),
      NEWER_FIELD,
    ]);
    const offer = Buffer.concat([Buffer.from([0x0a, inner.length]), inner]);
    const payload = Buffer.concat([HEAD, Buffer.from([0x42, offer.length]), offer]);
    expect(decodeOrder(payload).body).toMatchObject({
      kind: "refusedOffer",
      actionId: "act_1",
      code: "wire.unsupported_action",
    });
  });

  it("[F9] so is an argument value of a newer coordinator", () => {
    expect(body({ spec: { iocScan: { indicators: [{ type: NEWER_VALUE, value: "x" }] } } })).toMatchObject({
      kind: "refusedOffer",
      code: "wire.unsupported_action",
    });
    const exclusions = [{ direction: NEWER_VALUE }];
    expect(body({ spec: { isolateHost: { durationSeconds: 600, exclusions } } })).toMatchObject({
      code: "wire.unsupported_action",
    });
  });

  it("[F9] [S6] wrong arguments are a refusal too: an isolation without an end never reaches the agent's ledger", () => {
    const refused = body({ spec: { isolateHost: {} } });
    expect(refused).toMatchObject({ kind: "refusedOffer", actionId: "act_1", code: "action.invalid_arguments" });
    expect(body({ spec: { getFile: { target: { sha256: "zz" } } } })).toMatchObject({
      code: "action.invalid_arguments",
    });
  });

  it("[F9] and so is an order with a field missing; only an offer without an action id is a bad frame", () => {
    expect(body({ deadlineMs: 0 })).toMatchObject({ kind: "refusedOffer", actionId: "act_1", code: "wire.bad_frame" });
    expect(body({ endpointId: "" })).toMatchObject({ message: expect.stringContaining("endpoint_id is missing") });
    expect(failure(() => body({ actionId: "" })).text).toContain("offer.order.action_id is missing");
  });
});
