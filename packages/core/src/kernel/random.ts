import { randomBytes, randomUUID } from "node:crypto";

/** Randomness as an argument: a test hands in a seeded one. */
export interface Random {
  /** Uniform in [0, 1). For jitter, never for secrets. */
  float(): number;
  uuid(): string;
  /** Unpredictable bytes, for tokens. */
  bytes(count: number): Uint8Array;
}

export const systemRandom: Random = {
  float: () => Math.random(),
  uuid: () => randomUUID(),
  bytes: (count) => new Uint8Array(randomBytes(count)),
};
