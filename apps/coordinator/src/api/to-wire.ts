import type { ActionRecord } from "@cordon/coordinator-core";

/** Leaves out what is undefined: filters tell absent from given. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The kind stands beside its arguments here, and inside them within. */
export function toAction({ spec, ...record }: ActionRecord) {
  const { kind, ...args } = spec;
  return { ...record, kind, arguments: args as Record<string, unknown> };
}
