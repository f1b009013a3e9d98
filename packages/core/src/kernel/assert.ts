/** A broken invariant: a programmer's error, never an operator's. It ends the unit of work that met it. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new InvariantError(`Broken invariant: ${invariant}`);
}

/** Ends a `switch` over a union: adding a member breaks the build here. */
export function assertNever(value: never): never {
  throw new InvariantError(`Unhandled case: ${JSON.stringify(value)}`);
}
