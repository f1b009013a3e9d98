import { actionId, agentId, asAppError, type Logger, siteId, tenantId } from "@cordon/core/kernel";
import * as z from "zod";
import type { MessageStream } from "./message-stream.ts";
import type { OrderSigner, SigningAnswer } from "./order-signer.ts";
import { WISHES_MAX } from "./order-signer.ts";

const text = z.string().min(1).max(200);
const tenant = text.transform((value) => tenantId(value));
const action = text.transform((value) => actionId(value));
const count = z.number().int().min(0);

const wish = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("offer"), actionId: action }),
  z.strictObject({ kind: z.literal("cancel"), actionId: action, reason: z.string().max(4_000) }),
  z.strictObject({ kind: z.literal("release"), actionId: action }),
  z.strictObject({ kind: z.literal("evidenceRequest"), requestId: text }),
  z.strictObject({ kind: z.literal("orderKeys") }),
]);

const signing = z.strictObject({
  tenantId: tenant,
  siteId: text.transform((value) => siteId(value)),
  agentId: text.transform((value) => agentId(value)),
  epoch: count,
  held: count.exactOptional(),
  wishes: z.array(wish).min(1).max(WISHES_MAX),
});

const call = z.discriminatedUnion("call", [
  z.strictObject({ id: count, call: z.literal("sign"), request: signing }),
  z.strictObject({ id: count, call: z.enum(["keyList", "keys", "rotate"]), tenantId: tenant }),
  z.strictObject({ id: count, call: z.enum(["retire", "revoke"]), tenantId: tenant, keyId: text }),
]);

type Call = z.output<typeof call>;

/** Answers one peer's calls. What is no call is not answered at all, and ends its stream. */
export function serveSigner(signer: OrderSigner, stream: () => MessageStream, logger: Logger) {
  return (message: unknown): void => {
    const parsed = call.safeParse(message);
    if (!parsed.success) {
      logger.warn("signer.bad_call", { problems: parsed.error.issues.length });
      stream().close();
      return;
    }
    const { id } = parsed.data;
    answer(signer, parsed.data).then(
      (value) => stream().send({ id, value }),
      (error: unknown) => {
        const { code, message } = asAppError(error);
        stream().send({ id, code, message });
      },
    );
  };
}

async function answer(signer: OrderSigner, asked: Call): Promise<unknown> {
  switch (asked.call) {
    case "sign":
      return (await signer.sign(asked.request)).map(toWire);
    case "keyList":
    case "keys":
    case "rotate":
      return signer[asked.call](asked.tenantId);
    case "retire":
    case "revoke":
      return signer[asked.call](asked.tenantId, asked.keyId);
  }
}

function toWire(signed: SigningAnswer): unknown {
  if (signed.kind === "refused") return signed;
  const { payload, signature } = signed;
  return { ...signed, payload: base64(payload), signature: base64(signature) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
