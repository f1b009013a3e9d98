import { AppError, asAppError, type Logger } from "@cordon/core/kernel";
import type { SendOutcome, ToAgent } from "@cordon/protocol";
import type { OrderSigner, OrderWish, SigningAnswer, SigningRequest } from "../signer/order-signer.ts";
import { WISHES_MAX } from "../signer/order-signer.ts";

/** The end of a session that orders go out through. */
export interface OrderWay {
  send(message: ToAgent): SendOutcome;
  drained(): Promise<void>;
}

/** What becomes of a wish. */
export interface Wished {
  readonly wish: OrderWish;
  /** Nobody waits for it any more: it is neither signed nor sent. */
  readonly isWanted: () => boolean;
  readonly onSent: (sequence: number) => void;
  /** Undefined: the session is closed. */
  readonly onFailed: (error: AppError | undefined) => void;
}

export interface OrderLine {
  add(wished: Wished): void;
  /** The agent said which list of keys it holds. */
  held(version: number): void;
}

/**
 * Signs and sends the orders of one session, in the order of their numbers [O4]: the agent takes none that comes behind a later one.
 * What is wished for while a batch is being signed and sent is the next one.
 */
export function createOrderLine(deps: {
  readonly way: OrderWay;
  readonly signer: Pick<OrderSigner, "sign">;
  readonly session: Omit<SigningRequest, "held" | "wishes">;
  readonly logger: Logger;
}): OrderLine {
  const { way, signer, session } = deps;
  let waiting: Wished[] = [];
  let running = false;
  let held: number | undefined;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const wanted = waiting.filter(({ isWanted }) => isWanted());
      const batch = wanted.slice(0, WISHES_MAX);
      waiting = wanted.slice(WISHES_MAX);
      if (batch.length > 0) await pass(batch);
    }
    running = false;
  }

  async function pass(batch: readonly Wished[]): Promise<void> {
    let answers: readonly SigningAnswer[];
    try {
      const wishes = batch.map(({ wish }) => wish);
      answers = await signer.sign({ ...session, ...(held === undefined ? {} : { held }), wishes });
    } catch (error) {
      deps.logger.warn("order.sign", { ...session, wishes: batch.length, code: asAppError(error).code });
      for (const { onFailed } of batch) onFailed(asAppError(error));
      return;
    }
    // Large ones come in several answers.
    waiting = [...batch.slice(answers.length), ...waiting];
    for (const [index, answer] of answers.entries()) await deliver(batch[index] as Wished, answer);
  }

  async function deliver(wished: Wished, answer: SigningAnswer): Promise<void> {
    if (answer.kind === "refused") return wished.onFailed(new AppError(answer.code, answer.message));
    const { kind: _kind, sequence, ...signed } = answer;
    // One that nobody waits for any more leaves a gap in the numbers, which is none to the agent.
    while (wished.isWanted()) {
      const outcome = way.send({ kind: "signedOrder", ...signed });
      if (outcome === "sent") return wished.onSent(sequence);
      if (outcome === "down") return wished.onFailed(undefined);
      await way.drained();
    }
  }

  return {
    add(wished) {
      waiting.push(wished);
      if (!running) void run();
    },
    held(version) {
      held = version;
    },
  };
}
