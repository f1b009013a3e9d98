import type { FieldValue } from "../../event/index.ts";
import type { Fields } from "../compile-leaf.ts";
import type { Candidates } from "./candidates.ts";
import type { FieldIndex } from "./field-index.ts";

/** Hands the values of an event to the indexes of its fields. */
export type FieldWalk = (fields: Fields, found: Candidates) => void;

/**
 * One generated function for the whole set: with the names in its text, the machine remembers where each field stands in an
 * event, which it does not for a loop over names (a fifth of an event's cost), and texts go straight to what is asked of them. Where
 * code may not be generated it is that loop.
 */
export function createFieldWalk(indexes: readonly FieldIndex[]): FieldWalk {
  const bindings = indexes.flatMap(({ texts = [] }, at) => [
    `const index${at} = indexes[${at}];`,
    ...texts.map((_, text) => `const text${at}_${text} = index${at}.texts[${text}];`),
  ]);
  const steps = indexes.map(({ field, seesAbsence, texts }, at) => {
    // As JSON a name is a string literal and nothing else, whatever characters it has.
    const read = `value = fields[${JSON.stringify(field)}];`;
    const whatever = `${seesAbsence ? "" : "if (value !== undefined) "}index${at}.collect(value, found);`;
    if (texts === undefined) return `${read} ${whatever}`;
    const each = texts.map((_, text) => `text${at}_${text}.collect(value, found);`).join(" ");
    return `${read} if (typeof value === "string" && value !== "") { ${each} } else ${whatever}`;
  });
  const walk = `return (fields, found) => { let value; ${steps.join("\n")} };`;
  try {
    return new Function("indexes", [...bindings, walk].join("\n"))(indexes) as FieldWalk;
  } catch (thrown) {
    if (!(thrown instanceof EvalError)) throw thrown;
    return (fields, found) => {
      for (const index of indexes) index.collect(fields[index.field], found);
    };
  }
}

/** Reads one field out of an event's. */
export type FieldRead = (fields: Fields) => FieldValue | undefined;

/** Generated for the same reason, one for each field that the rules of a set compare. */
export function createFieldRead(field: string): FieldRead {
  try {
    return new Function("fields", `return fields[${JSON.stringify(field)}];`) as FieldRead;
  } catch (thrown) {
    if (!(thrown instanceof EvalError)) throw thrown;
    return (fields) => fields[field];
  }
}
