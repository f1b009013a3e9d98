import { AppError, type ErrorCode } from "@cordon/core/kernel";

/** A parser that meets bytes of others, and what it may do with them. */
export interface FuzzTarget {
  readonly name: string;
  readonly summary: string;
  /** How inputs are changed, beside plain bytes. */
  readonly shape: "json" | "protobuf" | "text" | "bytes";
  /** Good inputs to begin from. */
  readonly seeds: readonly Uint8Array[];
  /** Words that mean something to the parser. */
  readonly words: readonly string[];
  /** Inputs are no longer than this. */
  readonly bytesMax: number;
  /** Whatever it throws is a finding: what the parser declares to throw is caught inside. */
  readonly run: (input: Uint8Array) => void | Promise<void>;
}

/** Calls a parser that declares these codes; any other failure passes. */
export function declaring(codes: readonly ErrorCode[], parse: () => void): void {
  try {
    parse();
  } catch (thrown) {
    passUnlessDeclared(codes, thrown);
  }
}

export async function declaringAsync(codes: readonly ErrorCode[], parse: () => Promise<unknown>): Promise<void> {
  try {
    await parse();
  } catch (thrown) {
    passUnlessDeclared(codes, thrown);
  }
}

function passUnlessDeclared(codes: readonly ErrorCode[], thrown: unknown): void {
  if (!(thrown instanceof AppError && codes.includes(thrown.code))) throw thrown;
}

/** What a parser promises of its results, beside not to fail. */
export function promised(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken promise: ${promise}`);
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decoder = new TextDecoder();
export const asText = (input: Uint8Array): string => decoder.decode(input);
