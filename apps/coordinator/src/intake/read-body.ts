import type { IncomingMessage } from "node:http";
import { AppError } from "@cordon/core/kernel";

/** Bytes of bodies that are held at this moment, over all requests: bounded, because senders are not ours. */
export class HeldBytes {
  readonly max: number;
  #held = 0;

  constructor(max: number) {
    this.max = max;
  }

  get held(): number {
    return this.#held;
  }

  /** False: there is no room, and nothing was taken. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.max) return false;
    this.#held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** What is read on after a refusal, so that the sender gets to read the answer: KUMA's largest buffer (kaspersky.md 3.8). */
export const DRAIN_BYTES_MAX = 64 * 1_048_576;

export type ReadBody =
  | { readonly kind: "whole"; readonly body: Buffer }
  /** The sender went away before the end: nobody waits for an answer, and half a body is no body. */
  | { readonly kind: "cut" };

/**
 * Reads the body, at most `bytesMax` of it (`intake.body_too_large`), as long as `held` has room (`intake.overloaded`). What is
 * taken from `held` is for the caller to give back, by `body.length`, when the request is done; on any other end it is given back.
 */
export function readBody(request: IncomingMessage, bytesMax: number, held: HeldBytes): Promise<ReadBody> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) return Promise.reject(tooLarge(declared, bytesMax));
  // Room for the whole is taken before its first byte, so that two halves do not starve each other.
  if (!held.take(declared)) return Promise.reject(noRoom());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let taken = declared;
    let bytes = 0;
    let settled = false;
    const fail = (error: AppError) => {
      settled = true;
      held.give(taken);
      reject(error);
    };
    request.on("data", (chunk: Buffer) => {
      // After a refusal the rest only flows by.
      if (settled) return;
      bytes += chunk.length;
      if (bytes > bytesMax) return fail(tooLarge(bytes, bytesMax));
      if (bytes > taken && !held.take(bytes - taken)) return fail(noRoom());
      taken = Math.max(taken, bytes);
      chunks.push(chunk);
    });
    request.on("end", () => {
      if (settled) return;
      settled = true;
      held.give(taken - bytes);
      resolve({ kind: "whole", body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes) });
    });
    // A broken connection ends in "close" too.
    request.on("error", () => {});
    request.on("close", () => {
      if (settled) return;
      settled = true;
      held.give(taken);
      resolve({ kind: "cut" });
    });
  });
}

function tooLarge(bytes: number, bytesMax: number): AppError {
  return new AppError("intake.body_too_large", `${bytes} bytes`, { details: { bytesMax } });
}

function noRoom(): AppError {
  return new AppError("intake.overloaded", "too many bytes of bodies are held");
}
