import type { FieldValue } from "../../event/index.ts";
import type { Fields } from "../compile-leaf.ts";

/** Puts the values of certain fields into a list, absent ones as undefined. */
export type FieldReader = (fields: Fields, values: (FieldValue | undefined)[]) => void;

/**
 * One generated function for the whole set: with the names in its text, the machine remembers where each one stands in an
 * event, which it does not for a loop over names (a fifth of an event's cost). Where code may not be generated it is that loop.
 */
export function createFieldReader(names: readonly string[]): FieldReader {
  // As JSON a name is a string literal and nothing else, whatever characters it has.
  const lines = names.map((name, index) => `values[${index}] = fields[${JSON.stringify(name)}];`);
  try {
    return new Function("fields", "values", lines.join("\n")) as FieldReader;
  } catch (thrown) {
    if (!(thrown instanceof EvalError)) throw thrown;
    return (fields, values) => {
      for (const [index, name] of names.entries()) values[index] = fields[name];
    };
  }
}
