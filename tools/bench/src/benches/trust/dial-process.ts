import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** As many as dial at the same time. */
export const DIALS_AT_ONCE = 16;

export interface DialOrder {
  readonly kind: "session" | "raw";
  readonly port: number;
  readonly path: string;
  readonly count: number;
  /** The first message, base64. */
  readonly says: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type Dialled = { readonly perSecond: number } | { readonly failed: string } | "hungUp";

export interface DialProcess extends AsyncDisposable {
  /** Until each has its answer; they stay connected until `hangUp`. */
  dial(order: DialOrder): Promise<{ readonly perSecond: number }>;
  hangUp(): Promise<void>;
}

export function startDialling(): DialProcess {
  const child = fork(fileURLToPath(new URL("dial-main.ts", import.meta.url)));
  const ended = once(child, "exit");
  const ask = async (question: DialOrder | "hangUp"): Promise<Dialled> => {
    const answered = once(child, "message");
    child.send(question);
    const gone = ended.then(() => {
      throw new Error("the dialling process ended before it answered; see above");
    });
    const [said] = (await Promise.race([answered, gone])) as [Dialled];
    return said;
  };
  return {
    async dial(order) {
      const said = await ask(order);
      if (said === "hungUp" || "failed" in said) throw new Error(said === "hungUp" ? "out of turn" : said.failed);
      return said;
    },
    async hangUp() {
      await ask("hangUp");
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.send("end");
      await ended;
    },
  };
}
