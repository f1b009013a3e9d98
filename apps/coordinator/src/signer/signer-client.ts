import { AppError, type Clock, isErrorCode } from "@cordon/core/kernel";
import type { OrderKeyList } from "@cordon/core/signing";
import type { MessageStream } from "./message-stream.ts";
import type { OrderSigner, SigningAnswer, SigningKeys } from "./order-signer.ts";

/** A signer that does not answer for so long is in trouble; what was asked is asked again by whoever wants it. */
const ANSWER_MS_MAX = 15_000;
/** Calls that wait at once: a batch of each of as many sites. */
const WAITING_MAX = 4_096;

interface Waiting {
  settle(value: unknown): void;
  fail(error: AppError): void;
}

export interface SignerClient extends OrderSigner {
  /** What the other end sent. */
  receive(message: unknown): void;
  /** The other end is gone: everything that waits rejects with `signer.unavailable`. */
  lost(): void;
}

/** The signer as the coordinator sees it: over a stream, in another process. */
export function createSignerClient(stream: () => MessageStream | undefined, clock: Clock): SignerClient {
  const waiting = new Map<number, Waiting>();
  let calls = 0;

  function ask<T>(message: object): Promise<T> {
    const open = stream();
    if (open === undefined) return Promise.reject(unavailable("it does not run"));
    if (waiting.size >= WAITING_MAX) return Promise.reject(unavailable(`${WAITING_MAX} calls wait for it`));
    const id = ++calls;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const cancel = clock.after(ANSWER_MS_MAX, () => waiting.get(id)?.fail(unavailable("it does not answer")));
    const done = () => {
      cancel();
      waiting.delete(id);
    };
    waiting.set(id, {
      settle: (value) => {
        done();
        resolve(value as T);
      },
      fail: (error) => {
        done();
        reject(error);
      },
    });
    open.send({ id, ...message });
    return promise;
  }

  return {
    async sign(request) {
      const answers = await ask<readonly (SigningAnswer & { payload: string; signature: string })[]>({
        call: "sign",
        request,
      });
      return answers.map((answer) =>
        answer.kind === "refused"
          ? answer
          : { ...answer, payload: bytesOf(answer.payload), signature: bytesOf(answer.signature) },
      );
    },
    keyList: (tenantId) => ask<OrderKeyList>({ call: "keyList", tenantId }),
    keys: (tenantId) => ask<SigningKeys>({ call: "keys", tenantId }),
    rotate: (tenantId) => ask<SigningKeys>({ call: "rotate", tenantId }),
    retire: (tenantId, keyId) => ask<SigningKeys>({ call: "retire", tenantId, keyId }),
    revoke: (tenantId, keyId) => ask<SigningKeys>({ call: "revoke", tenantId, keyId }),
    receive(message) {
      const answer = message as { id: number; value?: unknown; code?: string; message?: string };
      const asked = waiting.get(answer.id);
      if (answer.code === undefined) asked?.settle(answer.value);
      else asked?.fail(failureOf(answer.code, answer.message ?? ""));
    },
    lost() {
      for (const asked of [...waiting.values()]) asked.fail(unavailable("it is gone"));
    },
  };
}

function failureOf(code: string, message: string): AppError {
  return new AppError(isErrorCode(code) ? code : "signer.unavailable", message.replace(`${code}: `, ""));
}

function unavailable(why: string): AppError {
  return new AppError("signer.unavailable", why);
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, "base64");
}
