import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type EngineQuestion = "round" | "end";
export type EngineAnswer = { readonly matches: number } | { readonly nsPerEvent: number };

/** An engine in a process of its own, whose answers the reference has confirmed. */
export interface EngineProcess extends AsyncDisposable {
  /** Rules that an event of the mix meets on average. */
  readonly matches: number;
  /** Processor time of one event, measured over a round of them. */
  nsPerEvent(): Promise<number>;
}

/** Rejects when the engine cannot take the rules, or answers otherwise than the reference. */
export async function startEngine(name: string, rules: number): Promise<EngineProcess> {
  const child = fork(fileURLToPath(new URL("engine-main.ts", import.meta.url)), [name, String(rules)]);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const answer = () =>
    new Promise<EngineAnswer>((resolve, reject) => {
      const gone = () => reject(new Error(`${name} with ${rules} rules ended before it answered; see above`));
      child.once("exit", gone);
      child.once("message", (said: EngineAnswer) => {
        child.off("exit", gone);
        resolve(said);
      });
    });
  const ask = (question: EngineQuestion) => child.send(question);
  const ready = await answer();
  if (!("matches" in ready)) throw new Error(`${name} answered out of turn`);
  return {
    matches: ready.matches,
    async nsPerEvent() {
      const answered = answer();
      ask("round");
      const said = await answered;
      if (!("nsPerEvent" in said)) throw new Error(`${name} answered out of turn`);
      return said.nsPerEvent;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) ask("end");
      await ended;
    },
  };
}
