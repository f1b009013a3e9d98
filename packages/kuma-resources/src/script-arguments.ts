/** What stands on a script's command line: an event field, or text as it is. */
export type ScriptValue = { readonly field: string } | { readonly text: string };

export interface ScriptArgument {
  /** Without dashes; empty for one that stands alone. */
  readonly flag: string;
  /** As it was written. */
  readonly written: string;
  /** Undefined: a flag without a value, or a template that is more than one field. */
  readonly value?: ScriptValue;
}

/** A template that is exactly one field (kaspersky.md 3.4): `{{.DeviceExternalID}}`, `{{.S.KscHostID}}`. */
const FIELD = /^\{\{-?\s*\.([A-Za-z][\w.]*)\s*-?\}\}$/;
const TOKEN = /(?:\{\{.*?\}\}|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g;

/** Splits `--path {{.FilePath}} --md5="x"` as a shell would, templates kept whole. */
export function readScriptArguments(text: string): readonly ScriptArgument[] {
  const tokens = text.match(TOKEN) ?? [];
  const found: ScriptArgument[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const flag = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(token);
    if (flag === null) {
      found.push(argument("", token, token));
      continue;
    }
    const [, name = "", inline] = flag;
    const next = tokens[at + 1];
    if (inline !== undefined) found.push(argument(name, token, inline));
    else if (next !== undefined && !/^--?[A-Za-z]/.test(next)) {
      found.push(argument(name, `${token} ${next}`, next));
      at++;
    } else found.push({ flag: name, written: token });
  }
  return found;
}

function argument(flag: string, written: string, quoted: string): ScriptArgument {
  const text = unquoted(quoted);
  const [, field] = FIELD.exec(text) ?? [];
  if (field !== undefined) return { flag, written, value: { field } };
  return text.includes("{{") ? { flag, written } : { flag, written, value: { text } };
}

function unquoted(text: string): string {
  if (/^".*"$/s.test(text)) return text.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
  return /^'.*'$/s.test(text) ? text.slice(1, -1) : text;
}
