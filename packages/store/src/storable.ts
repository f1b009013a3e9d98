/** Postgres text cannot hold U+0000, and half a surrogate pair is no UTF-8. Events bring both; they must not fail a batch. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

export function storableText(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}

/** JSON text whose strings can be taken out as Postgres text. Clean values (almost all) are printed once and not walked. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!UNSTORABLE_ESCAPE.test(text)) return text;
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === "string") return storableText(member);
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).map(([name, inner]) => [storableText(name), inner]));
  });
}
